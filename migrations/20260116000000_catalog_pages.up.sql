-- What pages show changes here first: one line a change, written by the transaction that makes it. A kept page
-- names its topics and is true as long as the lines of those topics are the same. Lines are only added, so nobody
-- waits for anybody; they are thrown away long after every page that could have missed them.
create table page_changes (
  topic text collate "C" not null,
  nonce bigint not null default (1 + random() * 1099511627775)::bigint,
  at    timestamptz not null default clock_timestamp()
);
comment on table page_changes is 'owner: platform';
comment on column page_changes.topic is 'card:12, shop:3, category:7, goods, shops, tree, search';
create index page_changes_topic on page_changes (topic);
alter table page_changes set (autovacuum_vacuum_scale_factor = 0.05);
grant insert on page_changes to yarmarka_seller;

-- A stamp of topics: it changes when anything they speak of does. A topic named twice counts twice, so stamps of
-- several lists add up. The plan always goes by the index: one made while the table was small would read all of it
-- after an import.
create function page_stamp(topics text[]) returns bigint language plpgsql stable
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return (select coalesce(sum(c.nonce), 0)::bigint from unnest(topics) as t (topic) join page_changes c on c.topic = t.topic);
end $$;
comment on function page_stamp(text[]) is 'owner: platform';

-- A category is shown when neither it nor any category above it is hidden.
alter table categories add column shown boolean not null default true;
comment on column categories.shown is 'neither hidden itself nor below a hidden one; kept by a trigger';

create function category_shown() returns trigger language plpgsql as $$
begin
  update categories c set shown = s.shown
  from (select x.id, not exists (select from categories h where h.id = any (x.path) and h.hidden) as shown from categories x) s
  where s.id = c.id and c.shown is distinct from s.shown;
  insert into page_changes (topic) values ('tree');
  return null;
end $$;
create trigger categories_shown after insert or update of hidden, path, name_ru, name_en, position, slug, art on categories
  for each statement execute function category_shown();
update categories set hidden = hidden;

create or replace view offer_facts as
select o.id as offer_id, o.seller_id, o.variant_id, v.product_id, o.price, o.currency, o.condition, o.max_qty,
  coalesce(o.dispatch_days, s.dispatch_days) as dispatch_days, st.on_hand - st.reserved as free,
  s.name as seller_name, s.slug as seller_slug,
  case when o.price >= s.free_from then 0 else s.delivery_fee end as delivery_fee,
  coalesce(o.dispatch_days, s.dispatch_days) + s.transit_days as days,
  coalesce(s.rating_hundredths, 0)::int as rating_hundredths, s.ratings, s.sales,
  coalesce(s.on_time_permille, -1)::int as on_time_permille, coalesce(s.cancel_permille, -1)::int as cancel_permille,
  case
    when p.status <> 'published' or v.status <> 'active' or o.status = 'archived' or not c.shown then 'gone'
    when s.status <> 'open' then 'shop_closed'
    when current_date between s.vacation_from and s.vacation_to then 'away'
    when o.status <> 'active' then 'paused'
    when st.on_hand - st.reserved <= 0 then 'sold_out'
  end as blocked
from offers o
join offer_stock st on st.offer_id = o.id
join variants v on v.id = o.variant_id
join products p on p.id = v.product_id
join categories c on c.id = p.category_id
join sellers s on s.id = o.seller_id;

-- Names that stand on cards: attributes, their values and order, brands.
create function page_change() returns trigger language plpgsql as $$
begin
  insert into page_changes (topic) values (tg_argv[0]);
  return null;
end $$;
create trigger attributes_page after update on attributes for each statement execute function page_change('tree');
create trigger attribute_values_page after update on attribute_values for each statement execute function page_change('tree');
create trigger category_attributes_page after insert or update or delete on category_attributes
  for each statement execute function page_change('tree');
create trigger brands_page after update on brands for each statement execute function page_change('tree');

-- Cards. A new one has no page to go stale, but lists of the newest have.
create function products_page_insert() returns trigger language plpgsql as $$
begin
  insert into page_changes (topic)
  select distinct 'category:' || category_id from new_rows where status = 'published'
  union all select 'goods' where exists (select from new_rows where status = 'published');
  return null;
end $$;
create trigger products_page_insert after insert on products referencing new table as new_rows
  for each statement execute function products_page_insert();

create function products_page_update() returns trigger language plpgsql as $$
begin
  insert into page_changes (topic)
  select 'card:' || id from new_rows where published_at is not null
  union all
  select distinct 'category:' || c.id
  from new_rows n join old_rows o on o.id = n.id cross join lateral (values (n.category_id), (o.category_id)) as c (id)
  where (n.status, n.category_id, n.published_at) is distinct from (o.status, o.category_id, o.published_at)
  union all
  select 'goods' where exists (select from new_rows n join old_rows o on o.id = n.id where n.status <> o.status);
  return null;
end $$;
create trigger products_page_update after update on products referencing old table as old_rows new table as new_rows
  for each statement execute function products_page_update();

-- Parts of cards. A transaction that made or changed the card itself has said so already.
create function parts_page_changes() returns trigger language plpgsql as $$
begin
  insert into page_changes (topic)
  select distinct 'card:' || p.id from changed_rows n join products p on p.id = n.product_id
  where p.published_at is not null and p.xmin <> pg_current_xact_id()::xid;
  return null;
end $$;
create trigger product_images_page_insert after insert on product_images referencing new table as changed_rows
  for each statement execute function parts_page_changes();
create trigger product_images_page_update after update on product_images referencing new table as changed_rows
  for each statement execute function parts_page_changes();
create trigger product_images_page_delete after delete on product_images referencing old table as changed_rows
  for each statement execute function parts_page_changes();
create trigger product_attributes_page_insert after insert on product_attributes referencing new table as changed_rows
  for each statement execute function parts_page_changes();
create trigger product_attributes_page_delete after delete on product_attributes referencing old table as changed_rows
  for each statement execute function parts_page_changes();
create trigger variants_page_update after update on variants referencing new table as changed_rows
  for each statement execute function parts_page_changes();
create trigger variants_page_delete after delete on variants referencing old table as changed_rows
  for each statement execute function parts_page_changes();

-- Offers: what a page shows of them.
create function offers_page_insert() returns trigger language plpgsql as $$
begin
  insert into page_changes (topic)
  select distinct 'card:' || p.id from new_rows n join variants v on v.id = n.variant_id join products p on p.id = v.product_id
  where p.published_at is not null and p.xmin <> pg_current_xact_id()::xid
  union all select 'goods' where exists (select from new_rows);
  return null;
end $$;
create trigger offers_page_insert after insert on offers referencing new table as new_rows
  for each statement execute function offers_page_insert();

create function offers_page_update() returns trigger language plpgsql as $$
begin
  insert into page_changes (topic)
  with shown as (
    select n.variant_id from new_rows n join old_rows o on o.id = n.id
    where (n.price, n.currency, n.status, n.condition, n.dispatch_days, n.variant_id)
      is distinct from (o.price, o.currency, o.status, o.condition, o.dispatch_days, o.variant_id)
  )
  select distinct 'card:' || v.product_id from shown s join variants v on v.id = s.variant_id
  union all select 'goods' where exists (select from shown);
  return null;
end $$;
create trigger offers_page_update after update on offers referencing old table as old_rows new table as new_rows
  for each statement execute function offers_page_update();

-- Stock: whether anything is left, and the last few. Most sales change neither, and then nothing is written.
create function stock_page_update() returns trigger language plpgsql as $$
begin
  insert into page_changes (topic)
  select 'card:' || v.product_id from offers o join variants v on v.id = o.variant_id where o.id = new.offer_id
  union all select 'goods' where (old.on_hand > old.reserved) <> (new.on_hand > new.reserved);
  return null;
end $$;
create trigger offer_stock_page_update after update on offer_stock for each row
  when (least(old.on_hand - old.reserved, 6) <> least(new.on_hand - new.reserved, 6))
  execute function stock_page_update();

-- Shops: their names, terms and figures stand beside every price of theirs.
create function sellers_page_update() returns trigger language plpgsql as $$
begin
  insert into page_changes (topic) values ('shop:' || new.id), ('shops');
  if (old.status, old.vacation_from, old.vacation_to) is distinct from (new.status, new.vacation_from, new.vacation_to) then
    insert into page_changes (topic) values ('goods');
  end if;
  return null;
end $$;
create trigger sellers_page_update after update on sellers for each row when (old.* is distinct from new.*)
  execute function sellers_page_update();
create trigger sellers_page_insert after insert on sellers for each statement execute function page_change('shops');
