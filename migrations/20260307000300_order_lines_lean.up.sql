-- Offers and cards are archived and never deleted, and nothing else asks for the lines of one.
drop index order_lines_offer_id_idx;
drop index order_lines_product_id_idx;
