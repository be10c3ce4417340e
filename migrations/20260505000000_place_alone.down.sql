create table destinations (
    person_id  bigint primary key references people (id) on delete cascade,
    country    text not null,
    currency   text not null,
    chosen_at  timestamptz not null,
    constraint destinations_known_check check (country ~ '^([A-Z]{2})?$' and currency ~ '^([A-Z]{3})?$')
);
comment on table destinations is 'owner: destination';
comment on column destinations.country is 'ISO 3166 alpha-2; empty is home';
comment on column destinations.currency is 'ISO 4217; empty is the rouble at home and the country''s own abroad';
alter table search_docs add column dispatch smallint;
comment on column search_docs.dispatch is 'days until the parcel is handed over; null when unknown';
