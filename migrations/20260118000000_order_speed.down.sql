drop index checkouts_session_id_idx;
drop index checkouts_person_id_idx;
create index checkouts_session_id_idx on checkouts (session_id);
create index checkouts_person_id_idx on checkouts (person_id);
alter table offer_stock reset (fillfactor);
create index holds_offer on holds (offer_id) where state = 'held';
drop index holds_offer_due;
alter table holds add constraint holds_offer_id_fkey foreign key (offer_id) references offers (id);
