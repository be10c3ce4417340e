delete from page_changes where topic like 'shelf:%' or topic = 'shelves';
comment on column page_changes.topic is 'card:12, shop:3, category:7, goods, shops, tree, search';
drop table search_shelves;
