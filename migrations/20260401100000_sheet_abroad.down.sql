create or replace function offers_page_update() returns trigger language plpgsql as $$
begin
  insert into page_changes (topic)
  with shown as (
    select n.variant_id from new_rows n join old_rows o on o.id = n.id
    where (n.price, n.currency, n.status, n.condition, n.dispatch_days, n.variant_id)
      is distinct from (o.price, o.currency, o.status, o.condition, o.dispatch_days, o.variant_id)
  )
  select distinct 'card:' || v.product_id from shown s join variants v on v.id = s.variant_id
  union all select 'goods' where exists (select from shown);
  return null;
end $$;
