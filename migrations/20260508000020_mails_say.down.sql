alter table mails drop constraint mails_say_check;
