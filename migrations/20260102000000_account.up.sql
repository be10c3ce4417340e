-- People, how they prove who they are, what they may do, and where their parcels go.

-- A person exists only once their mailbox is proven: before that there is just a row in sign_ups.
create table people (
    id bigint generated always as identity primary key,
    email text not null,
    -- The canonical form that decides whether two addresses are one person: see account.ParseEmail.
    email_key text not null,
    name text not null,
    -- Empty until a password is set; such a person signs in by passkey or by a reset link.
    password_hash text not null default '',
    password_set_at timestamptz,
    -- Random and meaningless: authenticators keep it beside the key, so it must not be the id or the address.
    passkey_handle bytea not null,
    lang text not null default 'ru',
    phone text not null default '',
    blocked_at timestamptz,
    blocked_reason text not null default '',
    created_at timestamptz not null default now(),
    constraint people_email_key_key unique (email_key),
    constraint people_passkey_handle_key unique (passkey_handle),
    constraint people_lang_check check (lang in ('ru', 'en')),
    constraint people_name_check check (char_length(name) between 1 and 80)
);
comment on table people is 'owner: account';
create index people_name_idx on people (lower(name) text_pattern_ops);
create index people_email_idx on people (lower(email) text_pattern_ops);

create table sessions (
    id bigint generated always as identity primary key,
    -- SHA-256 of the cookie: a stolen backup opens no session.
    token_hash bytea not null,
    -- Null for a guest whose first act was to put something into the cart.
    person_id bigint references people (id) on delete cascade,
    -- The shop the person works in now; a person may belong to several. No foreign key: sellers come after account.
    seller_id bigint,
    remember boolean not null default false,
    user_agent text not null default '',
    address text not null default '',
    created_at timestamptz not null,
    seen_at timestamptz not null,
    idle_until timestamptz not null,
    expires_at timestamptz not null,
    -- When the person last proved themselves with a password or a passkey in this session.
    proved_at timestamptz,
    constraint sessions_token_hash_key unique (token_hash)
);
comment on table sessions is 'owner: account';
create index sessions_person_id_idx on sessions (person_id) where person_id is not null;
create index sessions_idle_until_idx on sessions (idle_until);

create table memberships (
    id bigint generated always as identity primary key,
    person_id bigint not null references people (id) on delete cascade,
    seller_id bigint,
    role text not null,
    granted_at timestamptz not null default now(),
    constraint memberships_person_seller_key unique nulls not distinct (person_id, seller_id),
    constraint memberships_role_check check (
        (seller_id is not null and role in ('owner', 'manager', 'packer'))
        or (seller_id is null and role in ('moderator', 'admin'))
    )
);
comment on table memberships is 'owner: account';
create index memberships_seller_id_idx on memberships (seller_id) where seller_id is not null;
alter table memberships enable row level security;
create policy memberships_seller on memberships to yarmarka_seller
    using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert, update, delete on memberships to yarmarka_seller;

-- A sign-up waiting for its letter to be opened. Each attempt keeps its own name and password, so nobody
-- can put their password behind somebody else's confirmation, and an address may wait many times.
create table sign_ups (
    id bigint generated always as identity primary key,
    token_hash bytea not null,
    email text not null,
    email_key text not null,
    name text not null,
    password_hash text not null,
    lang text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint sign_ups_token_hash_key unique (token_hash)
);
comment on table sign_ups is 'owner: account';
create index sign_ups_email_key_idx on sign_ups (email_key);
create index sign_ups_expires_at_idx on sign_ups (expires_at);

create table person_tokens (
    id bigint generated always as identity primary key,
    token_hash bytea not null,
    person_id bigint not null references people (id) on delete cascade,
    purpose text not null,
    -- The address the link was mailed to. A link to an address that is no longer the person's opens nothing.
    email text not null,
    email_key text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint person_tokens_token_hash_key unique (token_hash),
    constraint person_tokens_purpose_check check (purpose in ('reset', 'email'))
);
comment on table person_tokens is 'owner: account';
create index person_tokens_person_id_idx on person_tokens (person_id);
create index person_tokens_expires_at_idx on person_tokens (expires_at);

create table passkeys (
    id bigint generated always as identity primary key,
    person_id bigint not null references people (id) on delete cascade,
    credential_id bytea not null,
    -- The public key, flags and counter as the WebAuthn library keeps them.
    credential jsonb not null,
    name text not null,
    created_at timestamptz not null,
    used_at timestamptz,
    constraint passkeys_credential_id_key unique (credential_id)
);
comment on table passkeys is 'owner: account';
create index passkeys_person_id_idx on passkeys (person_id);

-- A passkey ceremony between its two requests: one use, five minutes.
create table passkey_ceremonies (
    token_hash bytea primary key,
    person_id bigint references people (id) on delete cascade,
    data jsonb not null,
    expires_at timestamptz not null
);
comment on table passkey_ceremonies is 'owner: account';
create index passkey_ceremonies_expires_at_idx on passkey_ceremonies (expires_at);

create table addresses (
    id bigint generated always as identity primary key,
    person_id bigint not null references people (id) on delete cascade,
    recipient text not null,
    phone text not null,
    country char(2) not null,
    postcode text not null,
    region text not null default '',
    city text not null,
    street text not null,
    flat text not null default '',
    note text not null default '',
    is_default boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
comment on table addresses is 'owner: account';
create index addresses_person_id_idx on addresses (person_id);
-- One address at most is the one checkout offers first.
create unique index addresses_default_key on addresses (person_id) where is_default;

-- Rate limits, shared by every copy of the program. Unlogged: a crash forgets attempts, which is harmless,
-- and a flood of attempts writes no WAL. Keys are hashes, so no address or e-mail lies here.
create unlogged table rate_limits (
    key text primary key,
    -- The theoretical arrival time of the generic cell rate algorithm: see platform/limit.
    due_at timestamptz not null
);
comment on table rate_limits is 'owner: platform';
create index rate_limits_due_at_idx on rate_limits (due_at);
