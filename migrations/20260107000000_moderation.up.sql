create table change_requests (
  id             bigint generated always as identity primary key,
  kind           text not null check (kind ~ '^[a-z_]{1,40}$'),
  target_id      bigint,
  seller_id      bigint,
  title          text not null,
  base_version   integer not null default 0,
  patch          jsonb not null default '{}',
  status         text not null default 'draft' check (status in
                   ('draft', 'submitted', 'in_review', 'approved', 'rejected', 'changes_requested', 'cancelled')),
  risk           smallint not null default 0 check (risk between 0 and 100),
  risk_reasons   jsonb not null default '[]',
  automatic      boolean not null default false,
  author_id      bigint references people (id) on delete set null,
  reviewer_id    bigint references people (id) on delete set null,
  assigned_until timestamptz,
  reason_code    text,
  note           text not null default '',
  sla_due        timestamptz,
  created_at     timestamptz not null default now(),
  submitted_at   timestamptz,
  decided_at     timestamptz
);
comment on table change_requests is 'owner: moderation';

-- One open request per target: two people cannot propose against each other unseen.
create unique index change_requests_open on change_requests (kind, target_id)
  where target_id is not null and status in ('draft', 'submitted', 'in_review', 'changes_requested');
create index change_requests_queue on change_requests (kind, risk desc, id) where status in ('submitted', 'in_review');
create index change_requests_target on change_requests (kind, target_id, id desc);
create index change_requests_seller on change_requests (seller_id, id desc) where seller_id is not null;

create table moderation_decisions (
  id          bigint generated always as identity primary key,
  request_id  bigint not null references change_requests (id),
  seller_id   bigint,
  actor_id    bigint references people (id) on delete set null,
  act         text not null check (act in ('submitted', 'approved', 'rejected', 'changes_requested', 'cancelled')),
  reason_code text,
  note        text not null default '',
  at          timestamptz not null default now()
);
comment on table moderation_decisions is 'owner: moderation';
create index moderation_decisions_request on moderation_decisions (request_id, id);
create index moderation_decisions_actor on moderation_decisions (actor_id, at desc);

create table audit_log (
  id          bigint generated always as identity primary key,
  actor_id    bigint references people (id) on delete set null,
  act         text not null,
  target_kind text not null,
  target_id   bigint,
  before      jsonb,
  after       jsonb,
  at          timestamptz not null default now()
);
comment on table audit_log is 'owner: moderation';
create index audit_log_target on audit_log (target_kind, target_id, id desc);
create index audit_log_actor on audit_log (actor_id, id desc);

alter table change_requests enable row level security;
create policy change_requests_seller on change_requests to yarmarka_seller
  using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert, update, delete on change_requests to yarmarka_seller;

alter table moderation_decisions enable row level security;
create policy moderation_decisions_seller on moderation_decisions to yarmarka_seller
  using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert on moderation_decisions to yarmarka_seller;
