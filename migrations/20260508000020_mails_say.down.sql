alter table mails drop constraint mails_say_check;
update mails set html = '', body = '' where html is null;
alter table mails alter column html set not null, alter column body set not null;
