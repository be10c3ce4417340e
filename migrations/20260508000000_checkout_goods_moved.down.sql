insert into checkout_lines (checkout_id, offer_id, qty)
select c.id, l.offer_id, l.qty from checkouts c, unnest(c.offers, c.qtys) as l (offer_id, qty)
where c.closed_at is null
on conflict (checkout_id, offer_id) do update set qty = excluded.qty;
