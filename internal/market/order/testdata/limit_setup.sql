-- Twenty thousand checkouts about to become purchases, each with two held lines of two sellers.
insert into sessions (token_hash, created_at, seen_at, idle_until, expires_at)
select decode(md5('limit' || n), 'hex'), now(), now(), now() + interval '1 day', now() + interval '1 day' from generate_series(1, 20000) n;
insert into carts (session_id, hold_key) select id, 'limit-' || id from sessions;
insert into cart_lines (cart_id, offer_id, qty, seen_price, seen_currency)
select c.id, o.id, 1, o.price, o.currency from carts c, offers o;
insert into checkouts (key, session_id, cart_id, expires_at, created_at, offers, qtys)
select 'limit-' || c.id, c.session_id, c.id, now() + interval '15 minutes', now(), o.ids, array_fill(1, array[cardinality(o.ids)])
from carts c, (select array_agg(id order by id) as ids from offers) o order by c.id;
insert into holds (key, offer_id, seller_id, qty, expires_at)
select c.key, o.id, o.seller_id, 1, c.expires_at from checkouts c, offers o;
analyze;
