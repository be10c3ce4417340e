-- The USA ask for their own code of ten digits on every line of a parcel; its first six are the thing's own.
alter table export_goods add column htsus text not null default '';
alter table export_goods add constraint export_goods_htsus_check check (htsus = '' or htsus ~ '^[0-9]{10}$');
