comment on column export_sellers.address_latin is null;
alter table export_sellers drop column city_latin;
