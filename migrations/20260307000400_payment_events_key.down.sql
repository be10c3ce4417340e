alter table payment_events drop constraint payment_events_pkey, add constraint payment_events_pkey primary key (id);
create index payment_events_payment_idx on payment_events (payment_id, id);
