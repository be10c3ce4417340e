-- Where a thing that is ready to go abroad may be sent, and by which services of the post: what the search filters by. The
-- countries fall into few profiles, and so things fall into few classes; a class holds its answer for every country.
create table export_reaches (
    id integer generated always as identity primary key,
    digest bytea not null unique,
    ways jsonb not null,
    made_at timestamptz not null default now()
);
comment on table export_reaches is 'owner: abroad';
comment on column export_reaches.ways is 'country (ISO 3166 alpha-2) → objects of the post by which one piece may go there; a country that is not here is one where it may not go';

create table export_reach (
    seller_id bigint not null,
    offer_id bigint not null,
    reach_id integer not null references export_reaches (id),
    grams bigint not null check (grams >= 0),
    primary key (seller_id, offer_id),
    foreign key (seller_id, offer_id) references export_goods (seller_id, offer_id) on delete cascade
);
comment on table export_reach is 'owner: abroad';
comment on column export_reach.grams is 'of one piece, packed: with the class all that its postage depends on';
create index export_reach_class on export_reach (reach_id, grams);
alter table export_reach enable row level security;
create policy export_reach_seller on export_reach to yarmarka_seller
    using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select on export_reach to yarmarka_seller;

-- How far the walk over all listings has come that follows a change of the rules, of the day, or of the post's terms.
create table export_reach_walk (
    single boolean primary key default true check (single),
    law text not null default '',
    after_id bigint not null default 0,
    walked text not null default ''
);
comment on table export_reach_walk is 'owner: abroad';
comment on column export_reach_walk.law is 'what the walk under way goes by; walked is what the last whole one went by';
insert into export_reach_walk default values;

-- A passport that changes while it is ready may open or close countries: its card is indexed anew, too.
create or replace function offer_abroad() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update offers set abroad = new.ready where id = new.offer_id and abroad <> new.ready;
  if found or tg_op = 'UPDATE' and new.ready and new.version <> old.version then
    insert into product_changes (product_id) select v.product_id from offers o join variants v on v.id = o.variant_id where o.id = new.offer_id;
  end if;
  return null;
end $$;
drop trigger export_goods_abroad on export_goods;
create trigger export_goods_abroad after insert or update of ready, version on export_goods for each row execute function offer_abroad();

-- What a seller tells of itself opens or closes all it sells.
create function seller_abroad() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into product_changes (product_id)
  select distinct v.product_id from export_goods g join offers o on o.id = g.offer_id join variants v on v.id = o.variant_id
  where g.seller_id = new.seller_id and g.ready;
  return null;
end $$;
create trigger export_sellers_abroad after insert or update on export_sellers for each row execute function seller_abroad();

-- What currency control holds of an agency contract, and its sum once it has come near a band, open or close all that is
-- sold under it.
create function contract_abroad() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into product_changes (product_id)
  select distinct v.product_id from export_goods g join offers o on o.id = g.offer_id join variants v on v.id = o.variant_id
  where g.seller_id = new.seller_id and g.ready;
  return null;
end $$;
create trigger export_contracts_made after insert on export_contracts for each row when (new.kind = 'agency') execute function contract_abroad();
create trigger export_contracts_moved after update on export_contracts for each row
  when (new.kind = 'agency' and (new.warned <> '{}' and new.sum_rub <> old.sum_rub or new.warned <> old.warned
    or (new.accepted_at, new.unique_number, new.ends_on) is distinct from (old.accepted_at, old.unique_number, old.ends_on)))
  execute function contract_abroad();
