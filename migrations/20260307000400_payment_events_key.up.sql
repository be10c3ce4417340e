-- A payment's history is read by the payment.
drop index payment_events_payment_idx;
alter table payment_events drop constraint payment_events_pkey, add constraint payment_events_pkey primary key (payment_id, id);
