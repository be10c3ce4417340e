create index payment_splits_seller_idx on payment_splits (seller_id, order_id);
