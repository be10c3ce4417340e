-- An offer is never deleted, and a cart's lines are found by the cart.
drop index cart_lines_offer_id_idx;
