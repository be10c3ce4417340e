create table categories (
  id         bigint generated always as identity primary key,
  parent_id  bigint references categories (id),
  code       text not null unique,
  slug       text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name_ru    text not null,
  name_en    text not null,
  art        text not null default 'parcel',
  path       bigint[] not null default '{}',
  position   integer not null default 0,
  hidden     boolean not null default false
);
comment on table categories is 'owner: catalog';
comment on column categories.path is 'ids from the root down to this category, itself included';
create index categories_parent on categories (parent_id, position);
create index categories_path on categories using gin (path);

create table attributes (
  id      bigint generated always as identity primary key,
  code    text not null unique,
  kind    text not null check (kind in ('text', 'number', 'boolean', 'one', 'many')),
  unit    text not null default '',
  name_ru text not null,
  name_en text not null
);
comment on table attributes is 'owner: catalog';
comment on column attributes.unit is 'UCUM-like unit a number is stored in: g, mm, ml, W, Cel …';

create table attribute_values (
  id           bigint generated always as identity primary key,
  attribute_id bigint not null references attributes (id),
  code         text not null,
  name_ru      text not null,
  name_en      text not null,
  position     integer not null default 0,
  unique (attribute_id, code),
  unique (attribute_id, id)
);
comment on table attribute_values is 'owner: catalog';

create table category_attributes (
  category_id  bigint not null references categories (id),
  attribute_id bigint not null references attributes (id),
  required     boolean not null default false,
  facet        boolean not null default true,
  position     integer not null default 0,
  primary key (category_id, attribute_id)
);
comment on table category_attributes is 'owner: catalog';

create table taxonomy_releases (
  hash      text primary key,
  seeded_at timestamptz not null default now()
);
comment on table taxonomy_releases is 'owner: catalog';

create table brands (
  id   bigint generated always as identity primary key,
  slug text not null unique,
  name text not null,
  norm text not null unique
);
comment on table brands is 'owner: catalog';
comment on column brands.norm is 'name folded for matching: lower case, ё as е, letters and digits only';

create table products (
  id             bigint generated always as identity primary key,
  slug           text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
  category_id    bigint not null references categories (id),
  brand_id       bigint references brands (id),
  author_id      bigint references sellers (id),
  author_key     text check (length(author_key) between 1 and 200),
  author_hash    text,
  part_number    text not null default '',
  title_ru       text not null check (length(title_ru) between 1 and 300),
  title_en       text not null default '' check (length(title_en) <= 300),
  description_ru text not null default '',
  description_en text not null default '',
  status         text not null default 'draft' check (status in ('draft', 'published', 'blocked')),
  version        integer not null default 1,
  created_at     timestamptz not null default now(),
  published_at   timestamptz,
  updated_at     timestamptz not null default now(),
  unique (author_id, author_key)
);
comment on table products is 'owner: catalog';
comment on column products.author_key is 'how the author''s own system calls the card: the key that makes imports idempotent';
comment on column products.author_hash is 'of the author''s last import of this card: the same again changes nothing';
create index products_category on products (category_id, published_at desc, id desc) where status = 'published';
create index products_published on products (published_at desc, id desc) where status = 'published';
create index products_author on products (author_id, id desc);
create index products_brand on products (brand_id, part_number);
create index products_title_trgm on products using gin (lower(title_ru) gin_trgm_ops);

create table product_attributes (
  product_id   bigint not null references products (id) on delete cascade,
  attribute_id bigint not null references attributes (id),
  position     smallint not null default 0,
  value_id     bigint,
  number       numeric(18, 4),
  flag         boolean,
  text_ru      text,
  text_en      text,
  primary key (product_id, attribute_id, position),
  foreign key (attribute_id, value_id) references attribute_values (attribute_id, id),
  check (num_nonnulls(value_id, number, flag, text_ru) = 1)
);
comment on table product_attributes is 'owner: catalog';

create table variants (
  id         bigint generated always as identity primary key,
  product_id bigint not null references products (id) on delete cascade,
  status     text not null default 'active' check (status in ('proposed', 'active', 'retired')),
  author_key text,
  gtin       text check (gtin ~ '^(\d{8}|\d{12}|\d{13}|\d{14})$'),
  weight_g   integer check (weight_g > 0),
  length_mm  integer check (length_mm > 0),
  width_mm   integer check (width_mm > 0),
  height_mm  integer check (height_mm > 0),
  position   smallint not null default 0,
  unique (product_id, id),
  unique (product_id, author_key)
);
comment on table variants is 'owner: catalog';
create unique index variants_gtin on variants (lpad(gtin, 14, '0')) where gtin is not null and status <> 'retired';
create index variants_product on variants (product_id, position, id);

create table variant_options (
  variant_id   bigint not null references variants (id) on delete cascade,
  position     smallint not null check (position between 0 and 2),
  attribute_id bigint references attributes (id),
  value_id     bigint,
  name_ru      text not null,
  name_en      text not null default '',
  value_ru     text not null,
  value_en     text not null default '',
  primary key (variant_id, position),
  foreign key (attribute_id, value_id) references attribute_values (attribute_id, id)
);
comment on table variant_options is 'owner: catalog';

create table product_images (
  id         bigint generated always as identity primary key,
  product_id bigint not null references products (id) on delete cascade,
  variant_id bigint references variants (id) on delete set null,
  media_id   bigint not null references media_files (id),
  alt_ru     text not null default '',
  alt_en     text not null default '',
  position   smallint not null default 0,
  unique (product_id, media_id)
);
comment on table product_images is 'owner: catalog';

create table offers (
  id            bigint generated always as identity primary key,
  seller_id     bigint not null references sellers (id),
  seller_sku    text not null check (length(seller_sku) between 1 and 120),
  variant_id    bigint not null references variants (id),
  price         bigint not null check (price > 0),
  currency      char(3) not null default 'RUB',
  pending_price bigint check (pending_price > 0),
  vat_code      text not null default 'none' check (vat_code in ('none', 'vat0', 'vat5', 'vat7', 'vat10', 'vat20', 'vat22')),
  condition     text not null default 'new' check (condition in ('new', 'like_new', 'used', 'refurbished')),
  status        text not null default 'active' check (status in ('active', 'paused', 'archived')),
  dispatch_days smallint check (dispatch_days between 0 and 60),
  max_qty       integer not null default 99 check (max_qty between 1 and 9999),
  version       integer not null default 1,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  unique (seller_id, seller_sku),
  unique (seller_id, id)
);
comment on table offers is 'owner: catalog';
comment on column offers.pending_price is 'a price the guard stopped; lives only when the seller confirms it';
create index offers_variant on offers (variant_id, seller_id);
create index offers_seller on offers (seller_id, id desc);

create table offer_stock (
  offer_id  bigint primary key references offers (id) on delete cascade,
  seller_id bigint not null,
  on_hand   integer not null default 0 check (on_hand >= 0),
  reserved  integer not null default 0,
  check (reserved between 0 and on_hand),
  foreign key (seller_id, offer_id) references offers (seller_id, id) on delete cascade
);
comment on table offer_stock is 'owner: catalog';

create table holds (
  id         bigint generated always as identity primary key,
  key        text not null check (length(key) between 1 and 80),
  offer_id   bigint not null references offers (id),
  seller_id  bigint not null,
  qty        integer not null check (qty > 0),
  state      text not null default 'held' check (state in ('held', 'committed', 'released', 'expired')),
  extended   boolean not null default false,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  foreign key (seller_id, offer_id) references offers (seller_id, id)
);
comment on table holds is 'owner: catalog';
create unique index holds_live on holds (key, offer_id) where state = 'held';
create index holds_key on holds (key, id);
create index holds_expiry on holds (expires_at, id) where state = 'held';
create index holds_offer on holds (offer_id) where state = 'held';

create table offer_prices (
  offer_id  bigint not null references offers (id) on delete cascade,
  seller_id bigint not null,
  price     bigint not null check (price > 0),
  currency  char(3) not null,
  from_at   timestamptz not null default now(),
  to_at     timestamptz,
  primary key (offer_id, from_at),
  check (from_at <= to_at)
);
comment on table offer_prices is 'owner: catalog';
create unique index offer_prices_open on offer_prices (offer_id) where to_at is null;
create index offer_prices_closed on offer_prices (to_at desc) where to_at is not null;

create table product_changes (
  id         bigint generated always as identity primary key,
  product_id bigint not null,
  at         timestamptz not null default now()
);
comment on table product_changes is 'owner: catalog';

create table product_views (
  person_id  bigint not null references people (id) on delete cascade,
  product_id bigint not null references products (id) on delete cascade,
  viewed_at  timestamptz not null default now(),
  primary key (person_id, product_id)
);
comment on table product_views is 'owner: catalog';
create index product_views_recent on product_views (person_id, viewed_at desc);

-- The one definition of "can be bought now". blocked is null exactly when it can; otherwise the first reason.
create view offer_facts as
select o.id as offer_id, o.seller_id, o.variant_id, v.product_id, o.price, o.currency, o.condition, o.max_qty,
  coalesce(o.dispatch_days, s.dispatch_days) as dispatch_days, st.on_hand - st.reserved as free,
  s.name as seller_name, s.slug as seller_slug,
  case when o.price >= s.free_from then 0 else s.delivery_fee end as delivery_fee,
  coalesce(o.dispatch_days, s.dispatch_days) + s.transit_days as days,
  coalesce(s.rating_hundredths, 0)::int as rating_hundredths, s.ratings, s.sales,
  coalesce(s.on_time_permille, -1)::int as on_time_permille, coalesce(s.cancel_permille, -1)::int as cancel_permille,
  case
    when p.status <> 'published' or v.status <> 'active' or o.status = 'archived' then 'gone'
    when s.status <> 'open' then 'shop_closed'
    when current_date between s.vacation_from and s.vacation_to then 'away'
    when o.status <> 'active' then 'paused'
    when st.on_hand - st.reserved <= 0 then 'sold_out'
  end as blocked
from offers o
join offer_stock st on st.offer_id = o.id
join variants v on v.id = o.variant_id
join products p on p.id = v.product_id
join sellers s on s.id = o.seller_id;

-- Price history writes itself, so no path that changes a price can forget it.
create function offer_price_history() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    update offer_prices set to_at = greatest(now(), from_at) where offer_id = new.id and to_at is null;
  end if;
  insert into offer_prices (offer_id, seller_id, price, currency, from_at)
  values (new.id, new.seller_id, new.price, new.currency, now())
  on conflict (offer_id, from_at) do update set price = excluded.price, currency = excluded.currency, to_at = null;
  return null;
end $$;
create trigger offers_price_insert after insert on offers for each row execute function offer_price_history();
create trigger offers_price_update after update of price, currency on offers for each row
  when (old.price is distinct from new.price or old.currency is distinct from new.currency)
  execute function offer_price_history();

grant select on categories, attributes, attribute_values, category_attributes, brands, variant_options, product_attributes,
  product_images, products, variants, offer_facts to yarmarka_seller;
grant insert on brands, product_changes to yarmarka_seller;

-- Published cards are everybody's to read and change only through moderation; a draft is its author's.
alter table products enable row level security;
create policy products_read on products for select to yarmarka_seller
  using (status <> 'draft' or author_id = app_seller_id());
create policy products_insert on products for insert to yarmarka_seller
  with check (author_id = app_seller_id() and status = 'draft');
create policy products_update on products for update to yarmarka_seller
  using (author_id = app_seller_id() and status = 'draft') with check (author_id = app_seller_id() and status = 'draft');
create policy products_delete on products for delete to yarmarka_seller
  using (author_id = app_seller_id() and status = 'draft');
grant insert, update, delete on products to yarmarka_seller;

create function own_draft(product bigint) returns boolean language sql stable as $$
  select exists (select 1 from products p where p.id = product and p.author_id = app_seller_id() and p.status = 'draft')
$$;

alter table product_attributes enable row level security;
create policy product_attributes_read on product_attributes for select to yarmarka_seller using (true);
create policy product_attributes_write on product_attributes to yarmarka_seller
  using (own_draft(product_id)) with check (own_draft(product_id));
grant insert, update, delete on product_attributes to yarmarka_seller;

alter table product_images enable row level security;
create policy product_images_read on product_images for select to yarmarka_seller using (true);
create policy product_images_write on product_images to yarmarka_seller
  using (own_draft(product_id)) with check (own_draft(product_id));
grant insert, update, delete on product_images to yarmarka_seller;

-- A proposed variant may be added to any published card; only moderation makes it active.
alter table variants enable row level security;
create policy variants_read on variants for select to yarmarka_seller using (true);
create policy variants_insert on variants for insert to yarmarka_seller
  with check (own_draft(product_id) or status = 'proposed');
create policy variants_write on variants for update to yarmarka_seller
  using (own_draft(product_id)) with check (own_draft(product_id));
create policy variants_delete on variants for delete to yarmarka_seller using (own_draft(product_id));
grant insert, update, delete on variants to yarmarka_seller;

create function open_variant(variant bigint) returns boolean language sql stable as $$
  select exists (select 1 from variants v where v.id = variant and (v.status = 'proposed' or own_draft(v.product_id)))
$$;

alter table variant_options enable row level security;
create policy variant_options_read on variant_options for select to yarmarka_seller using (true);
create policy variant_options_write on variant_options to yarmarka_seller
  using (open_variant(variant_id)) with check (open_variant(variant_id));
grant insert, update, delete on variant_options to yarmarka_seller;

alter table offers enable row level security;
create policy offers_seller on offers to yarmarka_seller
  using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert, update, delete on offers to yarmarka_seller;

alter table offer_stock enable row level security;
create policy offer_stock_seller on offer_stock to yarmarka_seller
  using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert, update, delete on offer_stock to yarmarka_seller;

alter table offer_prices enable row level security;
create policy offer_prices_seller on offer_prices to yarmarka_seller
  using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert, update on offer_prices to yarmarka_seller;

alter table holds enable row level security;
create policy holds_seller on holds for select to yarmarka_seller using (seller_id = app_seller_id());
grant select on holds to yarmarka_seller;
