drop table card_prints;
