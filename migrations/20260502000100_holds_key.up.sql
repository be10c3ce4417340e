-- Holds are found by their key, and by nothing else: one index where two were written three times in the life of a hold.
alter table holds drop constraint holds_pkey, add constraint holds_pkey primary key (key, id);
drop index holds_key;
