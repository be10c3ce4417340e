drop table compare_items;
drop table wishes;
drop table cart_lines;
drop table carts;
