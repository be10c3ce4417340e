-- Placing an order does what it must and nothing twice.

-- (seller_id, offer_id) says the same and more: one look at the offer for each hold is enough, and it
-- happens while everybody else waits for the stock.
alter table holds drop constraint holds_offer_id_fkey;

-- What is over among the holds of one offer is found without reading those that are not: ten thousand
-- buyers may hold units of one offer at once.
create index holds_offer_due on holds (offer_id, expires_at) where state = 'held';
drop index holds_offer;

-- A unit reserved rewrites its row in place while the page has room.
alter table offer_stock set (fillfactor = 80);

-- An owner's newest checkout is looked for at every step to the till.
drop index checkouts_person_id_idx;
drop index checkouts_session_id_idx;
create index checkouts_person_id_idx on checkouts (person_id, id desc);
create index checkouts_session_id_idx on checkouts (session_id, id desc);
