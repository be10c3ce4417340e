drop table rate_trouble;
