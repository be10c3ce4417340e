create index holds_key on holds (key, id);
alter table holds drop constraint holds_pkey, add constraint holds_pkey primary key (id);
