-- A mail is what its letter says, or both forms ready. Where the letter stands its forms are null, not empty: a program that
-- knows nothing of letters fails to read such a row, and leaves it to one that does, instead of sending it empty.
alter table mails
    alter column html drop not null,
    alter column body drop not null,
    add constraint mails_say_check check (num_nonnulls(letter, html) = 1 and num_nonnulls(letter, body) = 1) not valid;
