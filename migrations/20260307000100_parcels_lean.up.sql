-- One index where two began with the same columns. This step and its neighbours lock one table each: a step that held
-- two would wait for purchases that wait for it.
alter table parcels drop constraint parcels_order_id_seq_key, add constraint parcels_order_id_seq_key unique (seller_id, order_id, seq);
drop index parcels_order_id_idx;
