-- A parcel is written about ten times on its way. What changes with each step stands in no index, so that the new version
-- of a row lies beside the old one; and no index but those of the id serves a question that has the id.
drop index export_parcels_seller_id_state_idx;
drop index export_parcels_order_id_idx;
drop index export_parcels_batch_id_idx;
create index export_parcels_order_id_idx on export_parcels (order_id);
create index export_parcels_batch_id_idx on export_parcels (batch_id) where batch_id is not null;
alter table export_parcels add column ended boolean not null
    generated always as (state in ('delivered', 'returned', 'lost', 'refused', 'cancelled')) stored;
comment on column export_parcels.ended is 'nothing more happens to it by itself: a seller''s list of what goes on does not read it';
create index export_parcels_open_idx on export_parcels (seller_id, id) where not ended;
alter table export_parcels set (fillfactor = 60);
