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
