drop table card_sheets;
