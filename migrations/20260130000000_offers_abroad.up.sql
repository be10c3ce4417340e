-- Which offers are ready to be sold abroad: a copy of what their passports say, so that the market can find by it. A
-- trigger keeps it, in the transaction that changes the passport, whoever does so; the card is indexed anew.
alter table offers add column abroad boolean not null default false;
comment on column offers.abroad is 'the passport is ready; export_goods says why and owns the truth';

create function offer_abroad() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update offers set abroad = new.ready where id = new.offer_id and abroad <> new.ready;
  if found then
    insert into product_changes (product_id) select v.product_id from offers o join variants v on v.id = o.variant_id where o.id = new.offer_id;
  end if;
  return null;
end $$;
create trigger export_goods_abroad after insert or update of ready on export_goods for each row execute function offer_abroad();

-- What the search filters by: a.abroad=yes, or abroad=1 in short.
insert into attributes (code, kind, name_ru, name_en) values ('abroad', 'one', 'Отправка за границу', 'Sending abroad') on conflict (code) do nothing;
insert into attribute_values (attribute_id, code, name_ru, name_en)
select id, 'yes', 'Готово к отправке за границу', 'Ready to be sent abroad' from attributes where code = 'abroad' on conflict (attribute_id, code) do nothing;
