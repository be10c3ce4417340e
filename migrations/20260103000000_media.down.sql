drop table media_files;
