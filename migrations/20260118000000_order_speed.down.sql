alter table offer_stock reset (fillfactor);
create index holds_offer on holds (offer_id) where state = 'held';
drop index holds_offer_due;
alter table holds add constraint holds_offer_id_fkey foreign key (offer_id) references offers (id);
