-- A sheet is found by its card's address in one step. Those written before are copies: their job writes them again.
alter table card_sheets add column if not exists slug text;
comment on column card_sheets.slug is 'the address that the card had then; two may say the same for a while, one of them is not true';
delete from card_sheets where slug is null;
alter table card_sheets alter column slug set not null;
create index if not exists card_sheets_slug on card_sheets (slug);
