drop table export_parcel_events;
drop table export_parcels;
drop table export_batches;
