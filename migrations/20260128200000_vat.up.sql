-- The register by which a seller proves to the tax service that goods left the country: a row for each parcel that was
-- released and departed, and one more that takes it back when the parcel returns. A row is never changed.
create table export_vat_rows (
    id            bigint generated always as identity primary key,
    seller_id     bigint not null references sellers (id),
    number        int not null check (number > 0),
    kind          text not null,
    parcel        text not null,
    period        date not null,
    inn           text not null,
    kpp           text not null default '',
    registration  text not null,
    barcode       text not null,
    released_on   date not null,
    departed_on   date not null,
    mark          text not null,
    tnved         text[] not null,
    country       char(2) not null,
    order_number  text not null,
    currency      char(3) not null,
    value         bigint not null,
    rate          bigint not null,
    rate_nominal  bigint not null check (rate_nominal > 0),
    rate_day      date not null,
    value_rub     bigint not null,
    paid_on       date not null,
    reverses      int,
    reason        text not null default '',
    entered_at    timestamptz not null,
    constraint export_vat_rows_number_key unique (seller_id, number),
    constraint export_vat_rows_parcel_key unique (seller_id, parcel, kind),
    constraint export_vat_rows_kind_check check (kind = 'entry' and reverses is null and value_rub > 0
        or kind = 'reversal' and reverses is not null and value_rub < 0),
    constraint export_vat_rows_period_check check (extract(day from period) = 1 and extract(month from period) in (1, 4, 7, 10)),
    constraint export_vat_rows_reverses_fkey foreign key (seller_id, reverses) references export_vat_rows (seller_id, number)
);
create index export_vat_rows_period_idx on export_vat_rows (seller_id, period, number);
create index export_vat_rows_reverses_idx on export_vat_rows (seller_id, reverses) where reverses is not null;
comment on table export_vat_rows is 'owner: vat';
comment on column export_vat_rows.period is 'first day of the quarter whose return the row goes with';
comment on column export_vat_rows.registration is 'of CN 23 at the customs service: customs code/DDMMYY/S10';
comment on column export_vat_rows.rate is 'of the Central Bank on rate_day, the day the post accepted the parcel: ten-thousandths of a rouble for rate_nominal units';
comment on column export_vat_rows.value_rub is 'kopecks paid; negative on a reversal';

-- The last number given to each seller's rows: a row here is locked while one is entered, so that numbers have no holes.
create table export_vat_counters (
    seller_id bigint primary key references sellers (id),
    last      int not null check (last >= 0)
);
comment on table export_vat_counters is 'owner: vat';

-- Quarters whose register went to the tax service, as the seller says.
create table export_vat_filings (
    seller_id bigint not null references sellers (id),
    period    date not null,
    filed_at  timestamptz not null,
    person_id bigint references people (id) on delete set null,
    primary key (seller_id, period)
);
create index export_vat_filings_person_id_idx on export_vat_filings (person_id) where person_id is not null;
comment on table export_vat_filings is 'owner: vat';

do $$
declare
    t text;
begin
    foreach t in array array['export_vat_rows', 'export_vat_counters', 'export_vat_filings'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy %I on %I to yarmarka_seller using (seller_id = app_seller_id()) with check (seller_id = app_seller_id())', t || '_seller', t);
    end loop;
end
$$;
-- A seller looks at the rows and says what was filed; only the program enters rows.
grant select on export_vat_rows, export_vat_counters to yarmarka_seller;
grant select, insert, update, delete on export_vat_filings to yarmarka_seller;
