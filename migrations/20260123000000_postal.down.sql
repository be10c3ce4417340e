drop table post_requests;
drop table post_orders;
drop table post_limits;
drop table post_prices_abroad;
drop table post_countries;
