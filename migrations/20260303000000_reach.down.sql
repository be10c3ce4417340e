drop trigger export_contracts_moved on export_contracts;
drop trigger export_contracts_made on export_contracts;
drop function contract_abroad();
drop trigger export_sellers_abroad on export_sellers;
drop function seller_abroad();
create or replace function offer_abroad() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update offers set abroad = new.ready where id = new.offer_id and abroad <> new.ready;
  if found then
    insert into product_changes (product_id) select v.product_id from offers o join variants v on v.id = o.variant_id where o.id = new.offer_id;
  end if;
  return null;
end $$;
drop trigger export_goods_abroad on export_goods;
create trigger export_goods_abroad after insert or update of ready on export_goods for each row execute function offer_abroad();
drop table export_reach_walk, export_reach, export_reaches;
