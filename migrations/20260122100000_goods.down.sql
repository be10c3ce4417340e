drop table export_sellers;
drop table export_goods_events;
drop table export_goods;
