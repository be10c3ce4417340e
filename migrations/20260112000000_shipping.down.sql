drop table shipping_methods;
drop table pickup_points;
drop table post_rates;
drop table post_zones;
drop table post_tariffs;
