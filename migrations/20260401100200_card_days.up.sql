-- A card says the same in every list: when the thing is at the door, and for how much. What is indexed is told anew; until
-- then a card says nothing of it. The days until hand-over stay for the program before, which may still serve beside this one.
alter table search_docs add column days smallint, add column fee bigint not null default 0;
comment on column search_docs.days is 'from order to door; null when unknown';
comment on column search_docs.fee is 'of that delivery, minor units of currency';
insert into product_changes (product_id) select id from products where status = 'published';
