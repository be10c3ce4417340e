alter table export_rules drop column authority_en;
alter table export_tables drop column authority_en;
