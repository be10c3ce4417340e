drop table destinations;
