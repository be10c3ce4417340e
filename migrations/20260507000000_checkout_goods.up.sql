-- What a checkout holds stands in its own row: two or three numbers that are always read and written with it. The same offers
-- stand in holds under its key, which is what keeps them from being deleted. Programs of before go on writing checkout_lines
-- alone: an empty column means that the goods stand there.
alter table checkouts
    add column offers bigint[],
    add column qtys int[],
    add constraint checkouts_goods_check check (cardinality(offers) = cardinality(qtys));
update checkouts c set offers = l.offers, qtys = l.qtys
from (
    select checkout_id, array_agg(offer_id order by offer_id) as offers, array_agg(qty order by offer_id) as qtys
    from checkout_lines group by checkout_id
) l
where l.checkout_id = c.id and c.closed_at is null;
