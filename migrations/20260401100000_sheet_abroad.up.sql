-- A card's page says whether it can be sent abroad: it changes when that does.
create or replace function offers_page_update() returns trigger language plpgsql as $$
begin
  insert into page_changes (topic)
  with changed as (
    select n.variant_id, (n.price, n.currency, n.status, n.condition, n.dispatch_days, n.variant_id)
      is distinct from (o.price, o.currency, o.status, o.condition, o.dispatch_days, o.variant_id) as listed
    from new_rows n join old_rows o on o.id = n.id
    where (n.price, n.currency, n.status, n.condition, n.dispatch_days, n.variant_id, n.abroad)
      is distinct from (o.price, o.currency, o.status, o.condition, o.dispatch_days, o.variant_id, o.abroad)
  )
  select distinct 'card:' || v.product_id from changed c join variants v on v.id = c.variant_id
  union all select 'goods' where exists (select from changed where listed);
  return null;
end $$;
