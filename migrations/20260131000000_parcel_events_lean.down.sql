create index export_parcels_contract_idx on export_parcels (seller_id, contract);
drop index export_parcel_events_told_key;
alter table export_parcel_events add constraint export_parcel_events_key_key unique (parcel_id, key);
create index export_parcel_events_seller_id_idx on export_parcel_events (seller_id, parcel_id);
