-- Money that buyers pay. A payment belongs to a purchase by its number (reference) and is split
-- over the orders of several sellers; order and person ids are opaque here: no foreign keys point
-- to the right.

create table payments (
    id              bigint generated always as identity primary key,
    reference       text        not null check (length(reference) between 1 and 64),
    attempt         int         not null default 1 check (attempt between 1 and 99),
    token           text        not null constraint payments_token_key unique check (length(token) >= 20),
    buyer_person_id bigint,
    email           text        not null default '',
    lang            text        not null check (lang in ('ru', 'en')),
    return_path     text        not null check (return_path like '/%' and return_path not like '//%'),
    provider        text        not null,
    provider_ref    text,
    intent_ref      text,
    amount          bigint      not null check (amount >= 0),
    currency        char(3)     not null check (currency ~ '^[A-Z]{3}$'),
    state           text        not null default 'created' check (state in ('created', 'requires_action', 'processing',
        'authorized', 'captured', 'partially_refunded', 'refunded', 'failed', 'expired', 'held', 'disputed', 'lost')),
    captured_amount bigint      not null default 0,
    refunded_amount bigint      not null default 0,
    redirect_url    text        not null default '',
    failure         text        not null default '',
    created_at      timestamptz not null,
    expires_at      timestamptz,
    started_at      timestamptz,
    captured_at     timestamptz,
    checked_at      timestamptz,
    updated_at      timestamptz not null,
    constraint payments_attempt_key unique (reference, attempt),
    constraint payments_provider_ref_key unique (provider, provider_ref),
    constraint payments_captured_check check (captured_amount in (0, amount)),
    constraint payments_refunded_check check (refunded_amount between 0 and captured_amount)
);
comment on table payments is 'owner: payment';
comment on column payments.token is 'unguessable: the address of the payment''s own pages';
comment on column payments.attempt is 'a purchase is paid by the latest attempt; earlier ones failed or ended';
create unique index payments_one_open on payments (reference)
    where state in ('created', 'requires_action', 'processing', 'authorized');
create index payments_open_idx on payments (updated_at)
    where state in ('created', 'requires_action', 'processing', 'authorized');
create index payments_intent_idx on payments (provider, intent_ref) where intent_ref is not null;
create index payments_invoice_idx on payments (upper(reference)) where provider = 'invoice';
create index payments_buyer_idx on payments (buyer_person_id) where buyer_person_id is not null;

create table payment_splits (
    payment_id bigint not null references payments (id),
    seller_id  bigint not null,
    order_id   bigint not null,
    amount     bigint not null check (amount >= 0),
    captured   bigint not null default 0,
    refunded   bigint not null default 0,
    constraint payment_splits_key primary key (payment_id, order_id),
    constraint payment_splits_captured_check check (captured in (0, amount)),
    constraint payment_splits_refunded_check check (refunded between 0 and captured)
);
comment on table payment_splits is 'owner: payment';
create index payment_splits_seller_idx on payment_splits (seller_id, order_id);

-- The shares always sum to the whole. Checked at commit, so that a transaction may move both; as the
-- owner, because a seller's transaction may be the one that commits.
create function payment_sums_agree() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    pid bigint;
    p   payments%rowtype;
    s   record;
begin
    if tg_table_name = 'payments' then pid := new.id; else pid := coalesce(new.payment_id, old.payment_id); end if;
    select * into p from payments where id = pid;
    if not found then return null; end if;
    select coalesce(sum(amount), 0) as amount, coalesce(sum(captured), 0) as captured,
           coalesce(sum(refunded), 0) as refunded
      into s from payment_splits where payment_id = pid;
    if (s.amount, s.captured, s.refunded) is distinct from
       (p.amount::numeric, p.captured_amount::numeric, p.refunded_amount::numeric) then
        raise exception 'payment %: shares % do not sum to %', pid, s, (p.amount, p.captured_amount, p.refunded_amount)
            using errcode = 'check_violation', constraint = 'payment_sums_agree';
    end if;
    return null;
end $$;
create constraint trigger payments_sums after insert or update of amount, captured_amount, refunded_amount on payments
    deferrable initially deferred for each row execute function payment_sums_agree();
create constraint trigger payment_splits_sums after insert or update or delete on payment_splits
    deferrable initially deferred for each row execute function payment_sums_agree();

create table refunds (
    id              bigint generated always as identity primary key,
    payment_id      bigint      not null,
    order_id        bigint      not null,
    amount          bigint      not null check (amount > 0),
    reason          text        not null default '',
    idempotency_key text        not null constraint refunds_key unique check (length(idempotency_key) between 1 and 200),
    state           text        not null default 'pending'
        check (state in ('pending', 'sent', 'manual', 'succeeded', 'failed', 'needs_reconcile')),
    provider_ref    text,
    error           text        not null default '',
    created_at      timestamptz not null,
    tries           int         not null default 0,
    tried_at        timestamptz,
    done_at         timestamptz,
    foreign key (payment_id, order_id) references payment_splits (payment_id, order_id)
);
comment on table refunds is 'owner: payment';
comment on column refunds.tried_at is 'first request to the provider: after 23 hours its idempotency key may be forgotten';
create index refunds_payment_idx on refunds (payment_id, id);
create index refunds_open_idx on refunds (created_at) where state in ('pending', 'sent', 'manual', 'needs_reconcile');

create table payment_events (
    id         bigint generated always as identity primary key,
    payment_id bigint      not null references payments (id),
    at         timestamptz not null,
    kind       text        not null,
    from_state text        not null default '',
    to_state   text        not null default '',
    actor      text        not null default '',
    detail     text        not null default ''
);
comment on table payment_events is 'owner: payment';
create index payment_events_payment_idx on payment_events (payment_id, id);

-- Every event of a provider is stored before it is worked, and worked once. json, not jsonb: the
-- body is kept as it was sent.
create table webhook_inbox (
    id           bigint generated always as identity primary key,
    provider     text        not null,
    event_id     text        not null check (length(event_id) between 1 and 255),
    type         text        not null,
    api_version  text        not null default '',
    livemode     boolean     not null,
    account      text        not null default '',
    source       text        not null check (source in ('webhook', 'reconcile')),
    payload      json        not null,
    occurred_at  timestamptz not null,
    received_at  timestamptz not null,
    processed_at timestamptz,
    outcome      text        not null default '',
    error        text        not null default '',
    constraint webhook_inbox_event_key unique (provider, event_id)
);
comment on table webhook_inbox is 'owner: payment';
create index webhook_inbox_open_idx on webhook_inbox (received_at) where processed_at is null;

-- What a person has to look at. A row says one thing once (key) and stays after it is settled.
create table payment_alerts (
    id          bigint generated always as identity primary key,
    key         text        not null constraint payment_alerts_key unique,
    kind        text        not null,
    payment_id  bigint references payments (id),
    refund_id   bigint references refunds (id),
    detail      text        not null default '',
    created_at  timestamptz not null,
    resolved_at timestamptz,
    resolved_by text        not null default ''
);
comment on table payment_alerts is 'owner: payment';
create index payment_alerts_open_idx on payment_alerts (id) where resolved_at is null;

create table payment_cursors (
    provider   text primary key,
    events_to  timestamptz not null,
    updated_at timestamptz not null
);
comment on table payment_cursors is 'owner: payment';

-- The sandbox keeps its own books, as an outside provider would.
create table sandbox_payments (
    token     text primary key,
    amount    bigint      not null check (amount > 0),
    currency  char(3)     not null,
    state     text        not null check (state in ('open', 'confirming', 'later', 'silent', 'paid', 'declined', 'ended')),
    answer_at timestamptz,
    refunded  bigint      not null default 0,
    constraint sandbox_payments_refunded_check check (refunded between 0 and amount)
);
comment on table sandbox_payments is 'owner: payment';
create table sandbox_refunds (
    key    text primary key,
    token  text   not null references sandbox_payments (token),
    amount bigint not null check (amount > 0)
);
comment on table sandbox_refunds is 'owner: payment';

create table bank_statements (
    id          bigint generated always as identity primary key,
    sha256      text        not null unique,
    name        text        not null,
    format      text        not null,
    uploaded_by text        not null,
    uploaded_at timestamptz not null
);
comment on table bank_statements is 'owner: payment';
create table bank_statement_lines (
    id            bigint generated always as identity primary key,
    statement_id  bigint not null references bank_statements (id),
    key           text   not null constraint bank_statement_lines_key unique,
    number        text   not null,
    paid_on       date   not null,
    amount        bigint not null check (amount > 0),
    payer         text   not null default '',
    payer_inn     text   not null default '',
    payer_account text   not null default '',
    purpose       text   not null default '',
    payment_id    bigint references payments (id),
    outcome       text   not null check (outcome in ('paid', 'under', 'over', 'again', 'late', 'unknown', 'ambiguous'))
);
comment on table bank_statement_lines is 'owner: payment';
comment on column bank_statement_lines.key is 'hash of what makes a bank document one: date, number, accounts, amount; a second upload adds nothing';
create index bank_statement_lines_payment_idx on bank_statement_lines (payment_id);
create index bank_statement_lines_statement_idx on bank_statement_lines (statement_id);
