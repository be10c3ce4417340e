-- The least that placing an order for the goods of two sellers can be: the rows that the program
-- writes, copied from a purchase just placed, by statements written for that alone. Nothing is
-- checked, priced or composed. Run by pgbench; see orders.go for the variables.
\set checkout random(:first, :last)
begin;
select key as hold, cart_id as cart, md5(random()::text || clock_timestamp()::text) as token
  from checkouts where id = :checkout for update \gset
update holds set expires_at = now() + interval '30 minutes' where key = :hold and state = 'held';
insert into purchases (number, attempt_key, session_id, email, recipient, lang, provider, currency, goods, delivery, discount, total, placed_at, pay_by)
  select :token, :token, session_id, email, recipient, lang, provider, currency, goods, delivery, discount, total, now(), now() + interval '30 minutes'
  from purchases where id = :purchase returning id as placed \gset
with o as (
  insert into orders (purchase_id, seller_id, number, email, lang, recipient, method, currency, goods, delivery, discount, total, placed_at)
  select :placed, seller_id, :token || '-' || seller_id, email, lang, recipient, method, currency, goods, delivery, discount, total, now()
  from orders where purchase_id = :purchase
  returning id, seller_id
), l as (
  insert into order_lines (order_id, seller_id, offer_id, product_id, title_ru, title_en, sku, weight_g, price, qty, total)
  select o.id, o.seller_id, t.offer_id, t.product_id, t.title_ru, t.title_en, t.sku, t.weight_g, t.price, t.qty, t.total
  from o join orders was on was.purchase_id = :purchase and was.seller_id = o.seller_id
    join order_lines t on t.seller_id = was.seller_id and t.order_id = was.id
  returning id, order_id, seller_id, qty
), c as (
  insert into parcels (order_id, seller_id, seq, state, since, due_at, last_event)
  select id, seller_id, 1, 'awaiting_payment', now(), now() + interval '30 minutes', 1 from o
  returning id, order_id, seller_id
), cl as (
  insert into parcel_lines (parcel_id, order_line_id, seller_id, qty)
  select c.id, l.id, l.seller_id, l.qty from l join c on c.order_id = l.order_id
)
insert into parcel_events (parcel_id, seller_id, seq, from_state, to_state, actor, at)
  select id, seller_id, 1, '', 'awaiting_payment', 'buyer', now() from c;
update checkouts set purchase_id = :placed, closed_at = now() where id = :checkout;
update cart_lines set removed_at = now() where cart_id = :cart;
insert into purchase_keys (hash, purchase_id, created_at) values (sha256((:token)::bytea), :placed, now());
insert into mails (event, recipient, template, lang, subject, letter, html, body, message_id, created_at)
  select :token, recipient, template, lang, subject, letter, html, body, :token, now()
  from mails where id = :mail;
with p as (
  insert into payments (reference, token, email, lang, return_path, provider, amount, currency, created_at, expires_at, updated_at)
  select :token, :token, email, lang, return_path, provider, amount, currency, now(), expires_at, now() from payments where id = :payment
  returning id
), s as (
  insert into payment_splits (payment_id, seller_id, order_id, amount)
  select p.id, t.seller_id, t.order_id, t.amount from p, payment_splits t where t.payment_id = :payment
)
insert into payment_events (payment_id, at, kind, to_state, actor) select id, now(), 'created', 'created', 'buyer' from p;
commit;
