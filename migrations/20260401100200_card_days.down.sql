alter table search_docs drop column days, drop column fee;
insert into product_changes (product_id) select id from products where status = 'published';
