-- The three desks of the export wing: the exceptions that wait for an officer, what was said about them, the opinions that
-- came of them, the meter of foreign contracts, and the keys of the desks' API.

-- Officers are people of the platform like moderators, and see nothing but their own desk.
alter table memberships drop constraint memberships_role_check;
alter table memberships add constraint memberships_role_check check (
    (seller_id is not null and role in ('owner', 'manager', 'packer'))
    or (seller_id is null and role in ('moderator', 'admin', 'culture_expert', 'currency_officer', 'customs_officer'))
);

create table export_cases (
    id bigint generated always as identity primary key,
    kind text not null,
    -- What the case is about: an offer before it is sold, or a parcel on its way.
    subject text not null,
    subject_number text not null,
    seller_id bigint not null references sellers (id),
    offer_id bigint references offers (id) on delete set null,
    title text not null,
    country text not null default '',
    risk smallint not null default 0,
    findings jsonb not null default '[]',
    facts jsonb not null default '{}',
    -- What the officer found out: the questionnaire of the culture desk.
    answers jsonb not null default '{}',
    state text not null default 'open',
    opened_at timestamptz not null,
    -- When a verdict is due. While the seller is asked the clock stands: held_at says since when.
    due_at timestamptz not null,
    held_at timestamptz,
    officer_id bigint references people (id) on delete set null,
    lease_until timestamptz,
    decided_at timestamptz,
    decided_by bigint references people (id) on delete set null,
    verdict text,
    reason text not null default '',
    note text not null default '',
    constraint export_cases_kind_check check (kind in ('culture', 'currency', 'customs')),
    constraint export_cases_subject_check check (subject in ('goods', 'parcel')),
    constraint export_cases_risk_check check (risk between 0 and 100),
    constraint export_cases_state_check check (state in ('open', 'taken', 'waiting_seller', 'decided')),
    constraint export_cases_verdict_check check ((state = 'decided') = (verdict is not null) and verdict in ('release', 'refuse')),
    constraint export_cases_decided_check check ((state = 'decided') = (decided_at is not null)),
    constraint export_cases_taken_check check (state <> 'taken' or lease_until is not null),
    constraint export_cases_held_check check ((state = 'waiting_seller') = (held_at is not null))
);
comment on table export_cases is 'owner: desk';
-- One open case per desk and subject: who asks twice gets the same case.
create unique index export_cases_open on export_cases (kind, subject, subject_number) where state <> 'decided';
create index export_cases_queue on export_cases (kind, due_at, id) where state in ('open', 'taken');
create index export_cases_subject on export_cases (subject, subject_number, id desc);
create index export_cases_seller on export_cases (seller_id, id desc);
create index export_cases_decided on export_cases (kind, decided_at desc) where state = 'decided';
alter table export_cases enable row level security;
create policy export_cases_seller on export_cases to yarmarka_seller using (seller_id = app_seller_id());
grant select on export_cases to yarmarka_seller;

-- The audit trail. It names people by number without a foreign key: a line must never change, even when a person is gone.
create table export_case_events (
    id bigint generated always as identity primary key,
    case_id bigint not null references export_cases (id),
    seller_id bigint not null,
    actor_id bigint,
    actor text not null,
    key_id bigint,
    act text not null,
    note text not null default '',
    detail jsonb not null default '{}',
    file_id bigint,
    at timestamptz not null,
    constraint export_case_events_actor_check check (actor in ('program', 'officer', 'seller')),
    constraint export_case_events_act_check check (act in
        ('opened', 'changed', 'taken', 'returned', 'note', 'answers', 'more', 'seller_answer', 'release', 'refuse'))
);
comment on table export_case_events is 'owner: desk';
create index export_case_events_case on export_case_events (case_id, id);
alter table export_case_events enable row level security;
create policy export_case_events_seller on export_case_events to yarmarka_seller
    using (seller_id = app_seller_id()) with check (seller_id = app_seller_id() and actor = 'seller');
grant select, insert on export_case_events to yarmarka_seller;

create function export_case_events_stay() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail of a case is written once' using errcode = 'integrity_constraint_violation';
end
$$;
comment on function export_case_events_stay() is 'owner: desk';
create trigger export_case_events_stay before update or delete on export_case_events
    for each row execute function export_case_events_stay();
create trigger export_case_events_stay_all before truncate on export_case_events
    for each statement execute function export_case_events_stay();

create table export_opinions (
    id bigint generated always as identity primary key,
    case_id bigint not null references export_cases (id),
    seller_id bigint not null references sellers (id),
    -- What the paper is to the rules: expert_opinion, contract, contract_number, …
    kind text not null,
    outcome text not null,
    number text not null,
    issued_on date not null,
    authority text not null,
    body text not null,
    file_id bigint references media_files (id),
    attached_id bigint references media_files (id),
    valid_until date,
    issued_by bigint references people (id) on delete set null,
    at timestamptz not null,
    constraint export_opinions_valid_check check (valid_until is null or valid_until >= issued_on)
);
comment on table export_opinions is 'owner: desk';
-- An opinion has its number for itself; a contract's number is its parties'.
create unique index export_opinions_number on export_opinions (authority, number) where kind = 'expert_opinion';
create index export_opinions_case on export_opinions (case_id);
create index export_opinions_seller on export_opinions (seller_id, id desc);
alter table export_opinions enable row level security;
create policy export_opinions_seller on export_opinions to yarmarka_seller using (seller_id = app_seller_id());
grant select on export_opinions to yarmarka_seller;

-- The meter: everything sent under one foreign contract of a seller, in kopecks at the rate of the contract's day.
create table export_contracts (
    id bigint generated always as identity primary key,
    seller_id bigint not null references sellers (id),
    counterparty text not null,
    number text not null,
    signed_on date not null,
    sum_rub bigint not null default 0,
    -- What currency control has seen and the number it was registered under.
    accepted_at timestamptz,
    accepted_by bigint references people (id) on delete set null,
    unique_number text not null default '',
    -- The highest mark the seller was warned of, as a name: documents_near, documents, number_near, number.
    warned text[] not null default '{}',
    created_at timestamptz not null,
    constraint export_contracts_key unique (seller_id, counterparty, number),
    constraint export_contracts_sum_check check (sum_rub >= 0)
);
comment on table export_contracts is 'owner: desk';
create index export_contracts_sum on export_contracts (sum_rub desc, id desc);
alter table export_contracts enable row level security;
create policy export_contracts_seller on export_contracts to yarmarka_seller using (seller_id = app_seller_id());
grant select on export_contracts to yarmarka_seller;

create table export_contract_sums (
    contract_id bigint not null references export_contracts (id),
    seller_id bigint not null references sellers (id),
    parcel text not null,
    rub bigint not null,
    at timestamptz not null,
    primary key (contract_id, parcel)
);
comment on table export_contract_sums is 'owner: desk';
alter table export_contract_sums enable row level security;
create policy export_contract_sums_seller on export_contract_sums to yarmarka_seller using (seller_id = app_seller_id());
grant select on export_contract_sums to yarmarka_seller;

create table export_desk_keys (
    id bigint generated always as identity primary key,
    desk text not null,
    name text not null,
    -- SHA-256 of the key: a stolen backup opens no desk.
    hash bytea not null,
    person_id bigint not null references people (id) on delete cascade,
    created_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz,
    constraint export_desk_keys_hash_key unique (hash),
    constraint export_desk_keys_desk_check check (desk in ('culture', 'currency', 'customs'))
);
comment on table export_desk_keys is 'owner: desk';
create index export_desk_keys_person on export_desk_keys (person_id, id desc);

-- What the API answered, by the caller's idempotency key: the same request asked again gets the same answer.
create table export_desk_calls (
    key_id bigint not null references export_desk_keys (id) on delete cascade,
    idempotency_key text not null,
    request_hash bytea not null,
    status integer,
    answer text,
    at timestamptz not null,
    primary key (key_id, idempotency_key)
);
comment on table export_desk_calls is 'owner: desk';
create index export_desk_calls_at on export_desk_calls (at);
