alter table mails add constraint mails_message_id_key unique (message_id);
drop index mails_created_at_brin;
create index mails_created_at_idx on mails (created_at desc, id desc);
drop index mails_due_idx;
create index mails_queued_idx on mails (id) where state = 'queued';
