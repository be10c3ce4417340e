-- A source that rests keeps its rhythm for later.
alter table feed_sources add column paused boolean not null default false;

-- One trip to a source's address, by hand or by the clock: asked for, under way, and how it ended.
create table feed_fetches (
  id           bigint generated always as identity primary key,
  seller_id    bigint not null references sellers (id),
  source_id    bigint not null,
  state        text not null default 'queued' check (state in ('queued', 'fetching', 'done', 'unchanged', 'failed')),
  by_hand      boolean not null default false,
  dry_run      boolean not null default false,
  author_id    bigint references people (id) on delete set null,
  bytes        bigint not null default 0,
  message_key  text not null default '',
  message_args jsonb not null default '[]',
  import_id    bigint,
  asked_at     timestamptz not null default now(),
  finished_at  timestamptz,
  unique (seller_id, id),
  foreign key (seller_id, source_id) references feed_sources (seller_id, id) on delete cascade,
  foreign key (seller_id, import_id) references imports (seller_id, id)
);
comment on table feed_fetches is 'owner: feed';
comment on column feed_fetches.import_id is 'what the file that came is worked by; null unless state is done';
comment on column feed_fetches.bytes is 'received so far';
-- Pressed twice, or by hand while the clock strikes: one trip.
create unique index feed_fetches_live on feed_fetches (source_id) where state in ('queued', 'fetching');
create index feed_fetches_source on feed_fetches (seller_id, source_id, id desc);

-- What a seller said of a row that may be the same thing as a card on sale.
create table feed_answers (
  seller_id   bigint not null references sellers (id),
  seller_sku  text not null,
  variant_id  bigint not null references variants (id) on delete cascade,
  verdict     text not null check (verdict in ('waiting', 'same', 'other')),
  part        text not null,
  person_id   bigint references people (id) on delete set null,
  answered_at timestamptz not null default now(),
  primary key (seller_id, seller_sku, variant_id)
);
comment on table feed_answers is 'owner: feed';
comment on column feed_answers.verdict is 'same: the offer stands on that variant; waiting: a moderator has been asked; other: never to be suggested again';
comment on column feed_answers.part is 'brand and part number the answer was given about: a row that names others is another thing';
create unique index feed_answers_one on feed_answers (seller_id, seller_sku) where verdict in ('waiting', 'same');

do $$
declare
  t text;
begin
  foreach t in array array['feed_fetches', 'feed_answers'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy %I on %I to yarmarka_seller using (seller_id = app_seller_id()) with check (seller_id = app_seller_id())', t || '_seller', t);
    execute format('grant select, insert, update, delete on %I to yarmarka_seller', t);
  end loop;
end
$$;
