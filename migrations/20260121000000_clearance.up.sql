-- The rules of export and what was decided by them. Rows of rules are never changed: an edit is a new version, and on a
-- day that version is in force which began last (of two that began on one day, the higher). So what was known at a
-- moment can be asked for as well as what holds on a day.

create table export_rules (
  row_id     bigint generated always as identity primary key,
  id         text not null check (id ~ '^[a-z0-9][a-z0-9._-]{0,79}$'),
  version    integer not null check (version > 0),
  area       text not null check (area ~ '^[a-z][a-z0-9_-]{0,39}$'),
  step       smallint not null check (step between 1 and 28),
  rank       integer not null default 0,
  predicate  text not null default '',
  outcome    text not null check (outcome in ('pass', 'needs', 'route', 'refused')),
  consequent text not null default '',
  authority  text not null default '',
  source     text not null check (source <> ''),
  quote      text not null default '',
  valid_from date not null,
  valid_to   date check (valid_to >= valid_from),
  checked_on date,
  checked_by text not null default '',
  status     text not null check (status in ('verified', 'hypothesis')),
  origin     text not null check (origin in ('file', 'desk')),
  waiting    boolean not null default false,
  mark       text not null,
  author_id  bigint references people (id) on delete set null,
  created_at timestamptz not null default now(),
  unique (id, version),
  check (outcome = 'pass' or consequent <> '')
);
comment on table export_rules is 'owner: clearance';
comment on column export_rules.predicate is 'conditions joined by ";": facts, lists (@name) and figures (#name)';
comment on column export_rules.consequent is 'the document or datum needed, the service routed to, the form chosen, the name of the reason';
comment on column export_rules.waiting is 'came with a newer program, but an edit of the desk stands: never in force';
comment on column export_rules.mark is 'digest of the content: a file''s row that is there already is not loaded again';
create unique index export_rules_file on export_rules (id, mark) where origin = 'file';

-- Lists (@eaeu) and figures (#cn22_sdr), dated the same way.
create table export_tables (
  row_id     bigint generated always as identity primary key,
  id         text not null check (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$'),
  version    integer not null check (version > 0),
  area       text not null check (area ~ '^[a-z][a-z0-9_-]{0,39}$'),
  figure     boolean not null,
  items      text[] not null,
  authority  text not null default '',
  source     text not null check (source <> ''),
  quote      text not null default '',
  valid_from date not null,
  valid_to   date check (valid_to >= valid_from),
  checked_on date,
  checked_by text not null default '',
  status     text not null check (status in ('verified', 'hypothesis')),
  origin     text not null check (origin in ('file', 'desk')),
  waiting    boolean not null default false,
  mark       text not null,
  author_id  bigint references people (id) on delete set null,
  created_at timestamptz not null default now(),
  unique (id, version),
  check (not figure or cardinality(items) <= 1)
);
comment on table export_tables is 'owner: clearance';
comment on column export_tables.items is 'the values of a list; a figure has one, a decimal, or none when it is not known';
create unique index export_tables_file on export_tables (id, mark) where origin = 'file';

-- One row: it counts editions, so that every copy of the program sees that its compiled book is old; whoever publishes
-- locks it, so that two admins publish one after the other.
create table export_edition (
  only_one boolean primary key default true check (only_one),
  edition  bigint not null
);
comment on table export_edition is 'owner: clearance';
insert into export_edition (edition) values (1);

-- What was decided, by facts and rules, at every moment it was asked. Each subject of a shop has its own chain: a row
-- carries the digest of the one before it, so a changed, swapped or removed row is found, and chains never wait for
-- each other.
create table export_decisions (
  id         bigint generated always as identity primary key,
  kind       text not null check (kind in ('checkout', 'parcel', 'goods')),
  number     text not null check (number <> ''),
  seller_id  bigint not null references sellers (id),
  place      integer not null check (place > 0),
  moment     text not null check (moment in ('listing', 'checkout', 'packing', 'posting', 'desk')),
  decided_on date not null,
  outcome    text not null check (outcome in ('pass', 'needs', 'route', 'refused')),
  rules      text[] not null,
  facts      jsonb not null,
  decision   jsonb not null,
  created_at timestamptz not null default now(),
  prev_hash  bytea not null,
  hash       bytea not null,
  unique (kind, number, seller_id, place)
);
comment on table export_decisions is 'owner: clearance';
comment on column export_decisions.rules is 'every rule that spoke, with its version: culture.art@1';
create index export_decisions_seller on export_decisions (seller_id, id desc);

create function export_decision_hash(d export_decisions) returns bytea
  language sql stable parallel safe
  return sha256(d.prev_hash || convert_to(concat_ws(E'\n', d.kind, d.number, d.seller_id, d.place, d.moment, to_char(d.decided_on, 'YYYY-MM-DD'),
    d.outcome, array_to_string(d.rules, ','), d.facts::text, d.decision::text, (extract(epoch from d.created_at) * 1000000)::bigint), 'UTF8'));
comment on function export_decision_hash(export_decisions) is 'owner: clearance';

-- The next place in the chain is given here and nowhere else: under a lock of the chain alone, which lasts to the end of
-- the caller's transaction.
create function export_decision_chained() returns trigger language plpgsql as $$
declare
  before_it export_decisions;
begin
  perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'export_decisions', new.kind, new.seller_id, new.number), 0));
  select * into before_it from export_decisions
    where kind = new.kind and number = new.number and seller_id = new.seller_id order by place desc limit 1;
  new.place := coalesce(before_it.place, 0) + 1;
  new.prev_hash := coalesce(before_it.hash, '');
  new.hash := export_decision_hash(new);
  return new;
end
$$;
comment on function export_decision_chained() is 'owner: clearance';
create trigger export_decision_chained before insert on export_decisions
  for each row execute function export_decision_chained();

create function export_decisions_are_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a decision is never changed or removed' using errcode = 'restrict_violation';
end
$$;
comment on function export_decisions_are_kept() is 'owner: clearance';
create trigger export_decisions_are_kept before update or delete on export_decisions
  for each row execute function export_decisions_are_kept();

alter table export_decisions enable row level security;
create policy export_decisions_seller on export_decisions to yarmarka_seller
  using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert on export_decisions to yarmarka_seller;
