-- What an admin changed of a category outlives the next release of the taxonomy.
alter table categories
  add column version   integer not null default 1,
  add column edited_at timestamptz;
comment on column categories.version is 'counts an admin''s edits: a form filled from an older one is refused';
comment on column categories.edited_at is 'when an admin last changed names, place or visibility: a release then leaves those alone';
