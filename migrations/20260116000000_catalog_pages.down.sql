drop trigger categories_shown on categories;
drop trigger attributes_page on attributes;
drop trigger attribute_values_page on attribute_values;
drop trigger category_attributes_page on category_attributes;
drop trigger brands_page on brands;
drop trigger products_page_insert on products;
drop trigger products_page_update on products;
drop trigger product_images_page_insert on product_images;
drop trigger product_images_page_update on product_images;
drop trigger product_images_page_delete on product_images;
drop trigger product_attributes_page_insert on product_attributes;
drop trigger product_attributes_page_delete on product_attributes;
drop trigger variants_page_update on variants;
drop trigger variants_page_delete on variants;
drop trigger offers_page_insert on offers;
drop trigger offers_page_update on offers;
drop trigger offer_stock_page_update on offer_stock;
drop trigger sellers_page_update on sellers;
drop trigger sellers_page_insert on sellers;

create or replace view offer_facts as
select o.id as offer_id, o.seller_id, o.variant_id, v.product_id, o.price, o.currency, o.condition, o.max_qty,
  coalesce(o.dispatch_days, s.dispatch_days) as dispatch_days, st.on_hand - st.reserved as free,
  s.name as seller_name, s.slug as seller_slug,
  case when o.price >= s.free_from then 0 else s.delivery_fee end as delivery_fee,
  coalesce(o.dispatch_days, s.dispatch_days) + s.transit_days as days,
  coalesce(s.rating_hundredths, 0)::int as rating_hundredths, s.ratings, s.sales,
  coalesce(s.on_time_permille, -1)::int as on_time_permille, coalesce(s.cancel_permille, -1)::int as cancel_permille,
  case
    when p.status <> 'published' or v.status <> 'active' or o.status = 'archived' then 'gone'
    when s.status <> 'open' then 'shop_closed'
    when current_date between s.vacation_from and s.vacation_to then 'away'
    when o.status <> 'active' then 'paused'
    when st.on_hand - st.reserved <= 0 then 'sold_out'
  end as blocked
from offers o
join offer_stock st on st.offer_id = o.id
join variants v on v.id = o.variant_id
join products p on p.id = v.product_id
join sellers s on s.id = o.seller_id;

alter table categories drop column shown;
drop function page_stamp(text[]);
drop function category_shown();
drop function page_change();
drop function products_page_insert();
drop function products_page_update();
drop function parts_page_changes();
drop function offers_page_insert();
drop function offers_page_update();
drop function stock_page_update();
drop function sellers_page_update();
drop table page_changes;
