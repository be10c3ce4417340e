-- Which transaction wrote a line: whoever knows all lines up to one moment asks for those that came since, and need not
-- ask for each topic by itself. Lines are written at the end of the index, which costs a transaction next to nothing.
alter table page_changes add column tx xid8 not null default pg_current_xact_id();
comment on column page_changes.tx is 'the transaction that wrote the line; of a folded line the last';
create index page_changes_tx on page_changes (tx);
