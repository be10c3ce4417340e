-- The outbox is its own queue: a mail waits for its time, and mails are taken in the order of their times. The newest
-- are those with the highest ids, and what is swept lies together; message ids are 26 random letters that nothing asks by.
drop index mails_queued_idx;
create index mails_due_idx on mails ((coalesce(claimed_until, '-infinity'::timestamptz)), id) where state = 'queued';
drop index mails_created_at_idx;
create index mails_created_at_brin on mails using brin (created_at) with (pages_per_range = 32);
alter table mails drop constraint mails_message_id_key;
