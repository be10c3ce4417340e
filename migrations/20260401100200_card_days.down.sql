alter table search_docs drop column days, drop column fee, add column dispatch smallint;
comment on column search_docs.dispatch is 'days until the parcel is handed over; null when unknown';
insert into product_changes (product_id) select id from products where status = 'published';
