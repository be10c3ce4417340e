alter table mails alter column html set compression default, alter column body set compression default;
