-- Currency control counts by foreign contract. A retail order is a contract of its own; an agency contract with a foreign
-- platform or processor gathers many, and its seller tells of it. A contract that comes near a band is a case of its own.
alter table export_contracts
    add column kind text not null default 'retail',
    -- Of the counterparty, ISO 3166 alpha-2.
    add column country text not null default '',
    -- The destination whose orders come under it; '' is every one.
    add column market text not null default '',
    add column ends_on date,
    -- What was performed under it before the seller told of it, kopecks at the rate of its day; sum_rub holds it too.
    add column opening_rub bigint not null default 0,
    -- The contract itself, as its seller sent it.
    add column file_id bigint references media_files (id),
    add constraint export_contracts_kind_check check (kind in ('retail', 'agency')),
    add constraint export_contracts_opening_check check (opening_rub >= 0 and sum_rub >= opening_rub),
    add constraint export_contracts_ends_check check (ends_on is null or ends_on >= signed_on);
comment on table export_contracts is 'owner: contract';
comment on table export_contract_sums is 'owner: contract';
-- A seller may end a contract; its sum and what an officer saw are not theirs to write.
grant update (ends_on) on export_contracts to yarmarka_seller;
-- A parcel counts under one contract.
create unique index export_contract_sums_parcel on export_contract_sums (seller_id, parcel);
create index export_contracts_seller on export_contracts (seller_id, id desc);
-- What is sold to a country comes under one agency contract at a time.
create unique index export_contracts_market on export_contracts (seller_id, market) where kind = 'agency' and ends_on is null;

alter table export_cases drop constraint export_cases_subject_check;
alter table export_cases add constraint export_cases_subject_check check (subject in ('goods', 'parcel', 'contract'));

-- What desks gave for a thing: the paper itself, until when it holds, and what became of it.
create table export_goods_documents (
    id bigint generated always as identity primary key,
    seller_id bigint not null,
    offer_id bigint not null,
    kind text not null,
    number text not null default '',
    issued_on date not null,
    authority text not null default '',
    -- The last day; null is without an end.
    valid_until date,
    file_id bigint references media_files (id),
    warned_at timestamptz,
    -- When it stopped holding: its day came, a fact it rested on changed, or another took its place.
    ended_at timestamptz,
    at timestamptz not null,
    foreign key (seller_id, offer_id) references export_goods (seller_id, offer_id) on delete cascade,
    constraint export_goods_documents_valid_check check (valid_until is null or valid_until >= issued_on)
);
comment on table export_goods_documents is 'owner: goods';
create unique index export_goods_documents_held on export_goods_documents (seller_id, offer_id, kind) where ended_at is null;
create index export_goods_documents_ends on export_goods_documents (valid_until) where ended_at is null and valid_until is not null;
alter table export_goods_documents enable row level security;
create policy export_goods_documents_seller on export_goods_documents to yarmarka_seller
    using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, update on export_goods_documents to yarmarka_seller;

alter table export_goods_events drop constraint export_goods_events_kind_check;
alter table export_goods_events add constraint export_goods_events_kind_check
    check (kind in ('code', 'asked', 'document', 'withdrawn', 'refused', 'more', 'permit', 'expired'));
