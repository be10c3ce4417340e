-- What is in a parcel is read by the parcel; a line of an order is never deleted.
drop index parcel_lines_order_line_id_idx;
