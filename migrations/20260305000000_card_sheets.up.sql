-- All that a product page says of its own card, in one row: its words and pictures, its offers and what they charged.
-- A sheet is a copy, never a source: it is read in the statement that compares its stamp with the present one, and one
-- that differs is passed over. Sheets are written in the background after what they copy.
create table card_sheets (
  product_id bigint primary key references products (id) on delete cascade,
  form       smallint not null,
  topics     text[] collate "C" not null,
  stamp      bigint not null,
  tree       bigint not null,
  until      date,
  made_at    timestamptz not null,
  body       bytea not null
);
comment on table card_sheets is 'owner: catalog';
comment on column card_sheets.form is 'how body is written; a program passes over the forms it does not know';
comment on column card_sheets.stamp is 'page_stamp(topics), read before everything in body';
comment on column card_sheets.tree is 'the part of the topic tree in stamp';
comment on column card_sheets.until is 'first day on which a holiday of its shops begins or is over';
comment on column card_sheets.body is 'the program''s own writing, compressed as S2';
-- A page asks for the whole row, so the body lies in it as long as it fits, and is not compressed twice.
alter table card_sheets alter column body set storage external;
alter table card_sheets set (toast_tuple_target = 8160, fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
create index card_sheets_until on card_sheets (until) where until is not null;
