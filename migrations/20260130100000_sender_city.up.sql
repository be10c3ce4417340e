-- The city stands in a box of its own on every form, so it is asked for by itself and not cut out of an address.
alter table export_sellers add column city_latin text not null default '';
comment on column export_sellers.city_latin is 'in Latin letters, without region and country';
comment on column export_sellers.address_latin is 'street and house, in Latin letters';
