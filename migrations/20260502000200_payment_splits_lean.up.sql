-- Shares are read by their payment.
drop index payment_splits_seller_idx;
