alter table export_rules add column authority_en text not null default '';
alter table export_tables add column authority_en text not null default '';
