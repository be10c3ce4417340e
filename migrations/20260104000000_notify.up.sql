-- The outbox: a mail is written in the transaction that causes it and leaves later, by a job.

create table mails (
    id bigint generated always as identity primary key,
    -- What happened, such as 'purchase:17:paid'. With recipient and template it makes a mail unique,
    -- so a repeated event writes nothing.
    event text not null,
    recipient text not null,
    template text not null,
    lang text not null,
    subject text not null,
    html text not null,
    body text not null,
    reply_to text not null default '',
    -- Made once and kept over every attempt, so that a receiver can drop a repeat.
    message_id text not null,
    state text not null default 'queued',
    attempts int not null default 0,
    -- While a worker holds the mail; another may take it after this moment.
    claimed_until timestamptz,
    last_error text not null default '',
    created_at timestamptz not null,
    sent_at timestamptz,
    constraint mails_event_recipient_template_key unique (event, recipient, template),
    constraint mails_message_id_key unique (message_id),
    constraint mails_state_check check (state in ('queued', 'sent', 'kept', 'failed'))
);
comment on table mails is 'owner: notify';
create index mails_created_at_idx on mails (created_at desc, id desc);
create index mails_queued_idx on mails (id) where state = 'queued';
