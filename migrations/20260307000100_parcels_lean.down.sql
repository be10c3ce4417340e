create index parcels_order_id_idx on parcels (seller_id, order_id);
alter table parcels drop constraint parcels_order_id_seq_key, add constraint parcels_order_id_seq_key unique (order_id, seq);
