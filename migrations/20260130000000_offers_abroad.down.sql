delete from attribute_values v using attributes a where a.id = v.attribute_id and a.code = 'abroad';
delete from attributes where code = 'abroad';
drop trigger export_goods_abroad on export_goods;
drop function offer_abroad();
alter table offers drop column abroad;
