-- Postal prices are dated data: the newest tariff whose day has come applies.
create table post_tariffs (
    id            bigint generated always as identity primary key,
    valid_from    date not null,
    source        text not null,
    demonstration boolean not null,
    entered_by    bigint references people (id) on delete set null,
    created_at    timestamptz not null default now(),
    constraint post_tariffs_valid_from_key unique (valid_from)
);
comment on table post_tariffs is 'owner: shipping';

create table post_zones (
    tariff_id bigint not null references post_tariffs (id) on delete cascade,
    zone      int not null,
    prefixes  text[] not null,
    primary key (tariff_id, zone)
);
comment on table post_zones is 'owner: shipping';
comment on column post_zones.prefixes is 'first digits of the postcode; the longest prefix wins, an empty one catches the rest';

create table post_rates (
    tariff_id    bigint not null,
    zone         int not null,
    max_weight_g int not null,
    price        bigint not null,
    currency     char(3) not null,
    min_days     int not null,
    max_days     int not null,
    primary key (tariff_id, zone, max_weight_g),
    foreign key (tariff_id, zone) references post_zones (tariff_id, zone) on delete cascade,
    constraint post_rates_sane_check check (max_weight_g > 0 and price >= 0 and min_days between 0 and max_days)
);
comment on table post_rates is 'owner: shipping';

create table pickup_points (
    id            bigint generated always as identity primary key,
    city_ru       text not null,
    city_en       text not null,
    address_ru    text not null,
    address_en    text not null,
    hours         text not null,
    demonstration boolean not null,
    active        boolean not null default true
);
comment on table pickup_points is 'owner: shipping';
comment on column pickup_points.hours is 'daily opening time, "09:00-21:00"';

-- A row without a seller is the platform's fallback, offered beside the courier promised in sellers.delivery_fee
-- for sellers who set up nothing here.
create table shipping_methods (
    id         bigint generated always as identity primary key,
    seller_id  bigint references sellers (id) on delete cascade,
    kind       text not null,
    name       text not null default '',
    city       text not null default '',
    price      bigint not null,
    free_from  bigint,
    currency   char(3) not null default 'RUB',
    min_days   int not null,
    max_days   int not null,
    active     boolean not null default true,
    created_at timestamptz not null default now(),
    constraint shipping_methods_kind_check check (kind in ('courier', 'pickup', 'post', 'own')),
    constraint shipping_methods_sane_check check (price >= 0 and coalesce(free_from, 0) >= 0 and min_days between 0 and max_days and max_days <= 90)
);
create index shipping_methods_seller_id_idx on shipping_methods (seller_id);
comment on table shipping_methods is 'owner: shipping';
comment on column shipping_methods.price is 'flat price; for post it is added to the tariff';

alter table shipping_methods enable row level security;
create policy shipping_methods_seller on shipping_methods to yarmarka_seller
    using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert, update, delete on shipping_methods to yarmarka_seller;

with t as (
    insert into post_tariffs (valid_from, source, demonstration)
    values ('2026-01-01', 'Demonstration prices made for Yarmarka, not a carrier''s tariff', true)
    returning id
), z as (
    insert into post_zones (tariff_id, zone, prefixes)
    select t.id, v.zone, v.prefixes
    from t, (values (1, '{10,11,12,14}'::text[]), (2, '{15,16,17,18,19,2,30,39}'), (3, '{3,4}'), (4, '{6}'), (5, '{}')) v (zone, prefixes)
    returning tariff_id, zone
)
insert into post_rates (tariff_id, zone, max_weight_g, price, currency, min_days, max_days)
select t.id, r.zone, w.max_g, (r.base + r.step * w.n) * 100, 'RUB', r.min_days, r.max_days
from t,
     (values (1, 190, 60, 1, 3), (2, 240, 75, 2, 5), (3, 290, 90, 3, 7), (4, 360, 120, 5, 10), (5, 420, 150, 6, 14)) r (zone, base, step, min_days, max_days),
     (values (1000, 0), (2000, 1), (5000, 3), (10000, 6), (20000, 12)) w (max_g, n);

insert into pickup_points (city_ru, city_en, address_ru, address_en, hours, demonstration) values
    ('Москва', 'Moscow', 'ул. Остоженка, 14', '14 Ostozhenka Street', '09:00-21:00', true),
    ('Москва', 'Moscow', 'Ленинский проспект, 45', '45 Leninsky Avenue', '10:00-22:00', true),
    ('Санкт-Петербург', 'Saint Petersburg', 'ул. Рубинштейна, 23', '23 Rubinstein Street', '09:00-21:00', true),
    ('Казань', 'Kazan', 'ул. Баумана, 51', '51 Bauman Street', '09:00-20:00', true),
    ('Екатеринбург', 'Yekaterinburg', 'ул. Вайнера, 16', '16 Vainer Street', '10:00-21:00', true),
    ('Новосибирск', 'Novosibirsk', 'Красный проспект, 82', '82 Krasny Avenue', '09:00-21:00', true),
    ('Калининград', 'Kaliningrad', 'Ленинский проспект, 30', '30 Leninsky Avenue', '10:00-20:00', true),
    ('Владивосток', 'Vladivostok', 'ул. Светланская, 37', '37 Svetlanskaya Street', '09:00-20:00', true);

insert into shipping_methods (seller_id, kind, price, free_from, min_days, max_days) values
    (null, 'pickup', 9900, 300000, 2, 5),
    (null, 'post', 0, null, 0, 0);
