-- A parcel's events are read by the parcel alone, which the primary key serves. Only what is told from outside can be told
-- twice: our own events are numbered.
drop index export_parcel_events_seller_id_idx;
alter table export_parcel_events drop constraint export_parcel_events_key_key;
create unique index export_parcel_events_told_key on export_parcel_events (parcel_id, key) where kind in ('operation', 'declaration', 'stray');
-- What counts under a contract is asked of the contract.
drop index export_parcels_contract_idx;
