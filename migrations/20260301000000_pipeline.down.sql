alter table export_parcels set (fillfactor = 80);
drop index export_parcels_open_idx;
alter table export_parcels drop column ended;
drop index export_parcels_batch_id_idx;
drop index export_parcels_order_id_idx;
create index export_parcels_batch_id_idx on export_parcels (seller_id, batch_id) where batch_id is not null;
create index export_parcels_order_id_idx on export_parcels (seller_id, order_id);
create index export_parcels_seller_id_state_idx on export_parcels (seller_id, state, since);
