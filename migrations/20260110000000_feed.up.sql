-- Where a seller's goods come from: a file sent by hand or an address fetched on a schedule.
create table feed_sources (
  id            bigint generated always as identity primary key,
  seller_id     bigint not null references sellers (id),
  kind          text not null check (kind in ('yml', 'csv')),
  name          text not null check (length(name) between 1 and 120),
  url           text not null default '',
  every_minutes integer check (every_minutes between 60 and 10080),
  mapping       jsonb,
  default_stock integer not null default 10 check (default_stock between 0 and 100000),
  absent        text not null default 'keep' check (absent in ('keep', 'pause')),
  etag          text not null default '',
  last_modified text not null default '',
  next_at       timestamptz,
  created_at    timestamptz not null default now(),
  unique (seller_id, id)
);
comment on table feed_sources is 'owner: feed';
comment on column feed_sources.mapping is 'CSV: column index to field; null: guessed from the header';
comment on column feed_sources.absent is 'what becomes of an offer that the next file of this source no longer names';
comment on column feed_sources.default_stock is 'stock of an available offer whose feed tells no count';
create index feed_sources_due on feed_sources (next_at) where next_at is not null;

-- The seller's own shelves and ours: decided once, used by every later import.
create table feed_categories (
  seller_id   bigint not null references sellers (id),
  path        text not null,
  category_id bigint references categories (id),
  decided_by  text not null default 'guess' check (decided_by in ('guess', 'seller')),
  primary key (seller_id, path)
);
comment on table feed_categories is 'owner: feed';

create table imports (
  id          bigint generated always as identity primary key,
  seller_id   bigint not null references sellers (id),
  source_id   bigint not null,
  dry_run     boolean not null default false,
  state       text not null default 'queued' check (state in ('queued', 'checking', 'held', 'applying', 'done', 'failed', 'cancelled')),
  file_name   text not null default '',
  blob_key    text not null default '',
  size        bigint not null default 0,
  cursor      integer not null default 0,
  confirmed   boolean not null default false,
  total       integer not null default 0,
  created     integer not null default 0,
  changed     integer not null default 0,
  unchanged   integer not null default 0,
  stopped     integer not null default 0,
  failed      integer not null default 0,
  warned      integer not null default 0,
  paused      integer not null default 0,
  drafts      integer not null default 0,
  message_key text not null default '',
  message_args jsonb not null default '[]',
  lease_until timestamptz,
  author_id   bigint references people (id) on delete set null,
  created_at  timestamptz not null default now(),
  finished_at timestamptz,
  unique (seller_id, id),
  foreign key (seller_id, source_id) references feed_sources (seller_id, id)
);
comment on table imports is 'owner: feed';
comment on column imports.cursor is 'last row of the file whose batch is committed: a killed import goes on behind it';
comment on column imports.lease_until is 'a worker is at it until then; later, another may take over';
create index imports_seller on imports (seller_id, id desc);
create index imports_live on imports (lease_until) where state in ('queued', 'checking', 'applying');
-- Two files of one source at once would undo each other.
create unique index imports_one_live on imports (source_id) where state in ('queued', 'checking', 'held', 'applying') and not dry_run;

create table import_problems (
  id        bigint generated always as identity primary key,
  import_id bigint not null,
  seller_id bigint not null,
  n         integer not null,
  line      integer not null,
  sku       text not null default '',
  field     text not null,
  key       text not null,
  args      jsonb not null default '[]',
  fatal     boolean not null,
  value     text not null default '',
  foreign key (seller_id, import_id) references imports (seller_id, id) on delete cascade
);
comment on table import_problems is 'owner: feed';
create index import_problems_import on import_problems (seller_id, import_id, id);

create table import_diffs (
  id        bigint generated always as identity primary key,
  import_id bigint not null,
  seller_id bigint not null,
  n         integer not null,
  sku       text not null,
  title     text not null,
  what      text not null check (what in ('new', 'joined', 'price', 'stock', 'state', 'stopped', 'paused')),
  before    text not null default '',
  after     text not null default '',
  foreign key (seller_id, import_id) references imports (seller_id, id) on delete cascade
);
comment on table import_diffs is 'owner: feed';
create index import_diffs_import on import_diffs (seller_id, import_id, id);

-- Which source keeps an offer, and the import that named it last: so absence can be seen.
create table feed_offers (
  seller_id   bigint not null references sellers (id),
  seller_sku  text not null,
  source_id   bigint not null,
  import_id   bigint not null,
  pictures    text[] not null default '{}',
  picture_tries smallint not null default 0,
  pictures_at timestamptz,
  suggestion  bigint references variants (id) on delete set null,
  primary key (seller_id, seller_sku),
  foreign key (seller_id, source_id) references feed_sources (seller_id, id) on delete cascade
);
comment on table feed_offers is 'owner: feed';
comment on column feed_offers.suggestion is 'a card of the same brand and part number that may be the same thing: for a person to say';
create index feed_offers_source on feed_offers (source_id, import_id);
comment on column feed_offers.pictures is 'addresses the feed gives; fetched one card at a time, a few times at most';
create index feed_offers_pictures on feed_offers (pictures_at nulls first) where pictures <> '{}' and picture_tries < 5;
create index feed_offers_suggested on feed_offers (seller_id) where suggestion is not null;

do $$
declare
  t text;
begin
  foreach t in array array['feed_sources', 'feed_categories', 'imports', 'import_problems', 'import_diffs', 'feed_offers'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy %I on %I to yarmarka_seller using (seller_id = app_seller_id()) with check (seller_id = app_seller_id())', t || '_seller', t);
    execute format('grant select, insert, update, delete on %I to yarmarka_seller', t);
  end loop;
end
$$;
