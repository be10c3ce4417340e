drop index card_sheets_slug;
alter table card_sheets drop column slug;
