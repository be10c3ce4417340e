-- The program before would send what it cannot compose as an empty mail.
update mails set state = 'failed', last_error = 'written for a newer program' where state = 'queued' and html = '';
alter table mails drop column letter;
