drop table search_counted;
