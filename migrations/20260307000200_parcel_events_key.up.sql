-- A parcel's history is read by the parcel, and by nothing else.
drop index parcel_events_seller_id_at_idx;
alter table parcel_events drop constraint parcel_events_pkey, drop constraint parcel_events_parcel_id_seq_key,
  add constraint parcel_events_pkey primary key (parcel_id, seq);
