create index order_lines_product_id_idx on order_lines (product_id);
create index order_lines_offer_id_idx on order_lines (offer_id);
