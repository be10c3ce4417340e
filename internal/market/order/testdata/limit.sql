-- What placing an order writes, by hand and nothing else: no price is looked up, nothing is checked,
-- no letter is composed. pgbench runs it with prepared statements.
\set id random(1, 20000)
begin;
update checkouts set closed_at = now() where id = :id;
with p as (
	insert into purchases (number, attempt_key, session_id, email, recipient, lang, provider, currency, goods, delivery, total, placed_at, pay_by)
	select n, n, c.session_id, 'anna@example.ru', '{"name": "Соколова Анна", "city": "Тула"}', 'ru', 'sandbox', 'RUB', 300000, 0, 300000, now(), now() + interval '30 minutes'
	from checkouts c, (select md5(random()::text || clock_timestamp()) as n) k where c.id = :id returning id, number
), o as (
	insert into orders (purchase_id, seller_id, number, email, lang, recipient, method, currency, goods, delivery, total, placed_at)
	select p.id, f.seller_id, p.number || f.id, 'anna@example.ru', 'ru', '{"name": "Соколова Анна", "city": "Тула"}', '{"kind": "courier"}', 'RUB', f.price, 0, f.price, now()
	from p, offers f returning id, seller_id, total
), l as (
	insert into order_lines (order_id, seller_id, offer_id, product_id, title_ru, title_en, options_ru, options_en, sku, image, weight_g, price, qty, discount, total)
	select o.id, o.seller_id, f.id, v.product_id, 'Кофемолка', 'Grinder', '', '', f.seller_sku, '', 540, f.price, 1, 0, f.price
	from o join offers f on f.seller_id = o.seller_id join variants v on v.id = f.variant_id returning id, order_id, seller_id
), c as (
	insert into parcels (order_id, seller_id, seq, state, since, last_event) select id, seller_id, 1, 'awaiting_payment', now(), 1 from o returning id, order_id, seller_id
), cl as (
	insert into parcel_lines (parcel_id, order_line_id, seller_id, qty) select c.id, l.id, l.seller_id, 1 from l join c on c.order_id = l.order_id
), e as (
	insert into parcel_events (parcel_id, seller_id, seq, from_state, to_state, actor, at) select id, seller_id, 1, '', 'awaiting_payment', 'buyer', now() from c
), k as (
	insert into purchase_keys (hash, purchase_id, created_at) select decode(md5(p.number), 'hex'), p.id, now() from p
), m as (
	insert into mails (event, recipient, template, lang, subject, letter, html, body, message_id, created_at)
	select p.number, 'anna@example.ru', 'order.placed', 'ru', 'Заказ', repeat('Заказ оформлен. ', 40), '', '', p.number, now() from p returning id
), j as (
	insert into river_job (kind, args, max_attempts, queue, state, scheduled_at) select 'notify_send', jsonb_build_object('mail_id', id), 13, 'default', 'available', now() from m
), y as (
	insert into payments (reference, token, email, lang, return_path, provider, amount, currency, created_at, updated_at)
	select number, number, 'anna@example.ru', 'ru', '/orders/1', 'sandbox', 300000, 'RUB', now(), now() from p returning id
), s as (
	insert into payment_splits (payment_id, seller_id, order_id, amount) select y.id, o.seller_id, o.id, o.total from y, o
)
insert into payment_events (payment_id, at, kind, to_state) select id, now(), 'created', 'created' from y;
update holds set expires_at = now() + interval '30 minutes' where key = 'limit-' || :id and state = 'held';
delete from cart_lines where cart_id = :id;
update carts set hold_key = '' where id = :id;
commit;
