-- The ten-digit nomenclature of the union, as the tax service publishes it: every row with the days it is in force.
create table tnved (
  level      smallint not null check (level between 1 and 4),
  code       text not null check (code ~ '^(\d{2}|\d{4}|\d{10})$'),
  valid_from date not null,
  valid_to   date check (valid_to >= valid_from),
  name       text not null check (name <> ''),
  note       text not null default '',
  primary key (level, code, valid_from),
  check (length(code) = (array[2, 2, 4, 10])[level])
);
comment on table tnved is 'owner: hs';
comment on column tnved.level is '1 section, 2 chapter, 3 heading, 4 code of ten digits';
create index tnved_code on tnved (code text_pattern_ops) where level = 4;

create table tnved_files (
  name        text primary key check (name ~ '^TNVED[1-4]\.TXT$'),
  version     text not null,
  day         date not null,
  sha256      text not null,
  row_count   integer not null,
  imported_at timestamptz not null
);
comment on table tnved_files is 'owner: hs';
comment on column tnved_files.version is 'as the first line of the file says, with its day';
