-- Refused by itself while the same bytes lie under two names: one of the names would be lost.
alter table media_files drop constraint media_files_once;
alter table media_files drop column label;
alter table media_files add constraint media_files_once unique nulls not distinct (seller_id, person_id, kind, sha256);
