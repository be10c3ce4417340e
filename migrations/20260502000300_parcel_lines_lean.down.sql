create index parcel_lines_order_line_id_idx on parcel_lines (seller_id, order_line_id);
