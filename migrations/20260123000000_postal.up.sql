-- What the post says of each country and kind of carriage, by the day it said so: a row is added when something changed.
create table post_countries (
    country       char(2) not null,
    service       text not null,
    demonstration boolean not null,
    valid_from    date not null,
    checked_at    timestamptz not null,
    block         int not null,
    wmax_g        int,
    size_x_mm     int,
    size_y_mm     int,
    size_z_mm     int,
    line_max_mm   int,
    insurable     boolean not null,
    insured_max   bigint,
    declaration   int not null,
    service_off   int[] not null,
    item_stop     text not null,
    item_warning  text not null,
    note          text not null,
    primary key (country, service, demonstration, valid_from),
    constraint post_countries_service_check check (service in ('letter', 'parcel', 'ems'))
);
comment on table post_countries is 'owner: postal';
comment on column post_countries.demonstration is 'said by the stand-in: made up';
comment on column post_countries.checked_at is 'when the post last said the same';
comment on column post_countries.block is '0 open, anything else closed (1 closed, 19 for an epidemic)';
comment on column post_countries.insured_max is 'kopecks; null: not limited, or not said';
comment on column post_countries.declaration is 'copies of the long customs form';

-- Prices the post has named, by the day: what is shown, with its age, while the post does not answer.
create table post_prices_abroad (
    object        int not null,
    country       char(2) not null,
    weight_g      int not null,
    insured       bigint not null,
    demonstration boolean not null,
    valid_from    date not null,
    asked_at      timestamptz not null,
    price         bigint not null,
    currency      char(3) not null default 'RUB',
    min_days      int not null,
    max_days      int not null,
    primary key (object, country, weight_g, insured, demonstration, valid_from),
    constraint post_prices_abroad_sane_check check (weight_g > 0 and insured >= 0 and price > 0 and min_days between 0 and max_days)
);
comment on table post_prices_abroad is 'owner: postal';
comment on column post_prices_abroad.price is 'kopecks, VAT in';

-- What the dictionary does not say: sizes, and the steps by which weights and values are asked.
create table post_limits (
    id         bigint generated always as identity primary key,
    service    text not null,
    name       text not null,
    value      bigint not null check (value > 0),
    valid_from date not null,
    valid_to   date,
    status     text not null,
    source     text not null,
    constraint post_limits_service_check check (service in ('letter', 'small_packet', 'parcel', 'ems')),
    constraint post_limits_name_check check (name in ('longest_mm', 'sum_mm', 'girth_mm', 'weight_g', 'weight_step_g', 'insured_step')),
    constraint post_limits_status_check check (status in ('verified', 'hypothesis')),
    constraint post_limits_key unique (service, name, valid_from),
    constraint post_limits_days_check check (valid_to is null or valid_to >= valid_from)
);
comment on table post_limits is 'owner: postal';

insert into post_limits (service, name, value, valid_from, status, source) values
    ('letter', 'longest_mm', 600, '2018-01-01', 'hypothesis', 'UPU letter-post formats, from memory'),
    ('letter', 'sum_mm', 900, '2018-01-01', 'hypothesis', 'UPU letter-post formats, from memory'),
    ('letter', 'weight_g', 2000, '2018-01-01', 'hypothesis', 'UPU letter-post formats, from memory'),
    ('letter', 'weight_step_g', 10, '2018-01-01', 'hypothesis', 'how finely prices are asked'),
    ('letter', 'insured_step', 10000, '2018-01-01', 'hypothesis', 'how finely prices are asked'),
    ('small_packet', 'longest_mm', 600, '2018-01-01', 'hypothesis', 'cultureoeuvre: banderol L+W+H up to 90 cm, longest 60'),
    ('small_packet', 'sum_mm', 900, '2018-01-01', 'hypothesis', 'cultureoeuvre: banderol L+W+H up to 90 cm, longest 60'),
    ('small_packet', 'weight_g', 2000, '2018-01-01', 'hypothesis', 'small packet up to 2 kg, secondary sources'),
    ('small_packet', 'weight_step_g', 10, '2018-01-01', 'hypothesis', 'how finely prices are asked'),
    ('small_packet', 'insured_step', 10000, '2018-01-01', 'hypothesis', 'how finely prices are asked'),
    ('parcel', 'longest_mm', 1050, '2018-01-01', 'hypothesis', 'secondary sources: side up to 105 cm, length and girth up to 200'),
    ('parcel', 'girth_mm', 2000, '2018-01-01', 'hypothesis', 'secondary sources: side up to 105 cm, length and girth up to 200'),
    ('parcel', 'weight_g', 20000, '2018-01-01', 'hypothesis', '20 kg, more to some countries, from memory'),
    ('parcel', 'weight_step_g', 100, '2018-01-01', 'hypothesis', 'how finely prices are asked'),
    ('parcel', 'insured_step', 10000, '2018-01-01', 'hypothesis', 'how finely prices are asked'),
    ('ems', 'longest_mm', 1500, '2018-01-01', 'hypothesis', 'UPU EMS formats, from memory'),
    ('ems', 'girth_mm', 3000, '2018-01-01', 'hypothesis', 'UPU EMS formats, from memory'),
    ('ems', 'weight_g', 30000, '2018-01-01', 'hypothesis', '30 to 31.5 kg by country, from memory'),
    ('ems', 'weight_step_g', 100, '2018-01-01', 'hypothesis', 'how finely prices are asked'),
    ('ems', 'insured_step', 10000, '2018-01-01', 'hypothesis', 'how finely prices are asked');

-- One row for each order number ever given to the post. Whoever holds the claim speaks with the post about it; a claim
-- that ran out belongs to a program that died or to a post that did not answer: the next one first asks what became of
-- the order. After a plain refusal it is -infinity: the post has nothing of it.
create table post_orders (
    number        text primary key,
    claim         text not null,
    claimed_until timestamptz not null,
    post_id       bigint,
    barcode       char(13),
    filed_at      timestamptz,
    created_at    timestamptz not null default now(),
    constraint post_orders_barcode_key unique (barcode),
    constraint post_orders_filed_check check ((filed_at is null) = (post_id is null) and (filed_at is null) = (barcode is null))
);
comment on table post_orders is 'owner: postal';

-- How many requests of a day are used up, by all programs together.
create table post_requests (
    service text not null,
    day     date not null,
    used    bigint not null default 0,
    allowed bigint,
    primary key (service, day)
);
comment on table post_requests is 'owner: postal';
comment on column post_requests.allowed is 'null: the post has not said';
