-- What the Central Bank says a currency costs, by the day it is in force.
create table currency_rates (
    day        date not null,
    currency   char(3) not null,
    nominal    bigint not null,
    value      bigint not null,
    source     text not null,
    fetched_at timestamptz not null,
    primary key (day, currency),
    constraint currency_rates_sane_check check (nominal > 0 and value > 0)
);
comment on table currency_rates is 'owner: rates';
comment on column currency_rates.day is 'the day in force, in Moscow';
comment on column currency_rates.value is 'ten-thousandths of a rouble for nominal units';
