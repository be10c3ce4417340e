-- What a parcel's papers say of a thing: the export passport of one listing.
create table export_goods (
  seller_id    bigint not null,
  offer_id     bigint not null,
  abroad       boolean not null default false,
  hs           text not null default '' check (hs ~ '^(\d{6})?$'),
  confirmed_at timestamptz,
  confirmed_by bigint references people (id) on delete set null,
  confidence   smallint not null default 0 check (confidence between 0 and 100),
  tnved        text not null default '' check (tnved = '' or tnved ~ '^\d{10}$' and left(tnved, 6) = hs),
  origin       text not null default '' check (origin ~ '^([A-Z]{2})?$'),
  net_g        bigint not null default 0 check (net_g >= 0),
  gross_g      bigint not null default 0 check (gross_g >= 0),
  length_mm    bigint not null default 0 check (length_mm >= 0),
  width_mm     bigint not null default 0 check (width_mm >= 0),
  height_mm    bigint not null default 0 check (height_mm >= 0),
  text_en      text not null default '',
  text_ru      text not null default '',
  material     text not null default '',
  technique    text not null default '',
  author       text not null default '',
  by_author    boolean not null default false,
  year_made    smallint not null default 0 check (year_made between 0 and 9999),
  making       text not null default '' check (making in ('', 'mass', 'unique')),
  collection   text not null default '',
  traits       text[] not null default '{}',
  documents    text[] not null default '{}',
  verdict      text not null default '' check (verdict in ('', 'pass', 'needs', 'refused')),
  asked        text[] not null default '{}',
  ready        boolean not null default false,
  lacks        text[] not null default '{}',
  judged_on    date,
  version      integer not null default 1,
  updated_at   timestamptz not null default now(),
  primary key (seller_id, offer_id),
  foreign key (seller_id, offer_id) references offers (seller_id, id) on delete cascade,
  check (net_g = 0 or gross_g = 0 or net_g <= gross_g),
  check (confirmed_at is null or hs <> ''),
  check (not ready or abroad)
);
comment on table export_goods is 'owner: goods';
comment on column export_goods.confirmed_at is 'when the seller said that the code is right; a suggestion is never stored as said';
comment on column export_goods.documents is 'what a desk gave: expert_opinion, permit; the seller cannot write it';
comment on column export_goods.verdict is 'what the rules of steps 6 to 12 say of the thing, whatever the country';
comment on column export_goods.asked is 'what those rules ask for: a fact of the seller, or a document of a desk';
comment on column export_goods.lacks is 'everything that keeps the thing at home, facts and documents';
create index export_goods_offer on export_goods (offer_id);
create index export_goods_confirmed on export_goods (hs) where confirmed_at is not null;
create index export_goods_judged on export_goods (judged_on, offer_id) where abroad;
alter table export_goods enable row level security;
create policy export_goods_seller on export_goods to yarmarka_seller
  using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert, update, delete on export_goods to yarmarka_seller;

-- What happened to a passport, for the seller and for a desk that asks why.
create table export_goods_events (
  id        bigint generated always as identity primary key,
  seller_id bigint not null,
  offer_id  bigint not null,
  at        timestamptz not null,
  person_id bigint references people (id) on delete set null,
  kind      text not null check (kind in ('code', 'asked', 'document', 'withdrawn', 'refused', 'more')),
  note      text not null default '',
  foreign key (seller_id, offer_id) references export_goods (seller_id, offer_id) on delete cascade
);
comment on table export_goods_events is 'owner: goods';
create index export_goods_events_offer on export_goods_events (seller_id, offer_id, id desc);
alter table export_goods_events enable row level security;
create policy export_goods_events_seller on export_goods_events to yarmarka_seller
  using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert on export_goods_events to yarmarka_seller;

-- Who sends: what a declaration says of the seller.
create table export_sellers (
  seller_id     bigint primary key references sellers (id) on delete cascade,
  kind          text not null default '' check (kind in ('', 'individual', 'self_employed', 'entrepreneur', 'company')),
  vat_payer     boolean not null default false,
  wants_vat0    boolean not null default false check (vat_payer or not wants_vat0),
  signature     boolean not null default false,
  inn           text not null default '' check (inn ~ '^(\d{10}|\d{12})?$'),
  kpp           text not null default '',
  ogrn          text not null default '' check (ogrn ~ '^(\d{13}|\d{15})?$'),
  name_latin    text not null default '',
  address_latin text not null default '',
  postcode      text not null default '',
  phone         text not null default '',
  email         text not null default '',
  version       integer not null default 1,
  updated_at    timestamptz not null default now()
);
comment on table export_sellers is 'owner: goods';
alter table export_sellers enable row level security;
create policy export_sellers_seller on export_sellers to yarmarka_seller
  using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert, update on export_sellers to yarmarka_seller;
