-- A case is called in both languages; of one that was opened before there were two, the reader of English is told the
-- form's own words from its facts.
alter table export_cases add column title_en text not null default '';
