-- A mail is what its letter says, or both forms ready: none is empty. What is there was written by programs that saw to it.
alter table mails add constraint mails_say_check check (letter is not null or (html <> '' and body <> '')) not valid;
