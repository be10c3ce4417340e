drop table sellers;
