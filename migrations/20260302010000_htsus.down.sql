alter table export_goods drop column htsus;
