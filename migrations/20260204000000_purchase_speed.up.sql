-- Everything a cart, a checkout or an order asks of an offer, in the one view that decides whether it can be bought:
-- a second join of the same tables beside it made PostgreSQL weigh twelve tables against each other for two rows.
create or replace view offer_facts as
select o.id as offer_id, o.seller_id, o.variant_id, v.product_id, o.price, o.currency, o.condition, o.max_qty,
  coalesce(o.dispatch_days, s.dispatch_days) as dispatch_days, st.on_hand - st.reserved as free,
  s.name as seller_name, s.slug as seller_slug,
  case when o.price >= s.free_from then 0 else s.delivery_fee end as delivery_fee,
  coalesce(o.dispatch_days, s.dispatch_days) + s.transit_days as days,
  coalesce(s.rating_hundredths, 0)::int as rating_hundredths, s.ratings, s.sales,
  coalesce(s.on_time_permille, -1)::int as on_time_permille, coalesce(s.cancel_permille, -1)::int as cancel_permille,
  case
    when p.status <> 'published' or v.status <> 'active' or o.status = 'archived' or not c.shown then 'gone'
    when s.status <> 'open' then 'shop_closed'
    when current_date between s.vacation_from and s.vacation_to then 'away'
    when o.status <> 'active' then 'paused'
    when st.on_hand - st.reserved <= 0 then 'sold_out'
  end as blocked,
  o.seller_sku, o.vat_code, p.slug, p.title_ru, p.title_en, c.art, s.vacation_to + 1 as back_on,
  v.weight_g, v.length_mm, v.width_mm, v.height_mm
from offers o
join offer_stock st on st.offer_id = o.id
join variants v on v.id = o.variant_id
join products p on p.id = v.product_id
join categories c on c.id = p.category_id
join sellers s on s.id = o.seller_id;

-- The same law as before, asked in one statement instead of two.
create or replace function payment_sums_agree() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    pid   bigint;
    wrong text;
begin
    if tg_table_name = 'payments' then pid := new.id; else pid := coalesce(new.payment_id, old.payment_id); end if;
    select format('%s do not sum to %s', s, (p.amount, p.captured_amount, p.refunded_amount)) into wrong
      from payments p
     cross join lateral (
        select coalesce(sum(amount), 0) as amount, coalesce(sum(captured), 0) as captured, coalesce(sum(refunded), 0) as refunded
          from payment_splits where payment_id = p.id
     ) s
     where p.id = pid and (s.amount, s.captured, s.refunded) is distinct from
           (p.amount::numeric, p.captured_amount::numeric, p.refunded_amount::numeric);
    if wrong is not null then
        raise exception 'payment %: shares %', pid, wrong using errcode = 'check_violation', constraint = 'payment_sums_agree';
    end if;
    return null;
end $$;
