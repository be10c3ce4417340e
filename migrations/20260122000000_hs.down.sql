drop table tnved_files;
drop table tnved;
