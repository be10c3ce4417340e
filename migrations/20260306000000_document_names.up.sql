-- A document sent again under another name is another label of the same bytes: each case shows the name it was given.
-- A picture has no name that anybody sees, and stays one whatever it was called.
alter table media_files add column label text not null generated always as (case kind when 'document' then name else '' end) stored;
alter table media_files drop constraint media_files_once;
alter table media_files add constraint media_files_once unique nulls not distinct (seller_id, person_id, kind, sha256, label);
comment on column media_files.label is 'the name where it tells uploads apart: that of a document; rows of the same bytes share a blob';
