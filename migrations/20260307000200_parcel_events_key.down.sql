alter table parcel_events drop constraint parcel_events_pkey, add constraint parcel_events_pkey primary key (id),
  add constraint parcel_events_parcel_id_seq_key unique (parcel_id, seq);
create index parcel_events_seller_id_at_idx on parcel_events (seller_id, at);
