create index cart_lines_offer_id_idx on cart_lines (offer_id);
