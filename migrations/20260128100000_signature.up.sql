-- The stand-in's keys: one in force for each seller. The private key is sealed under a key of the configuration.
create table export_signing_keys (
    seller_id   bigint not null references sellers (id),
    generation  int not null check (generation > 0),
    serial      text not null,
    certificate bytea not null,
    sealed      bytea not null,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    primary key (seller_id, generation),
    constraint export_signing_keys_serial_key unique (seller_id, serial)
);
comment on table export_signing_keys is 'owner: signature';
comment on column export_signing_keys.certificate is 'DER, self-signed: it proves nothing to a stranger';
comment on column export_signing_keys.sealed is 'the private key, AES-256-GCM; not readable without the program''s secret';

-- One act of signing: a manifest, and the documents that it names.
create table export_signing_acts (
    id          bigint generated always as identity primary key,
    seller_id   bigint not null references sellers (id),
    person_id   bigint references people (id) on delete set null,
    kind        text not null default '',
    signer      text not null default '',
    serial      text not null default '',
    prepared_at timestamptz not null,
    signed_at   timestamptz,
    constraint export_signing_acts_seller_id_id_key unique (seller_id, id),
    constraint export_signing_acts_kind_check check (kind in ('', 'stand_in', 'qualified')),
    constraint export_signing_acts_signed_check check ((signed_at is null) = (kind = ''))
);
create index export_signing_acts_person_id_idx on export_signing_acts (person_id) where person_id is not null;
comment on table export_signing_acts is 'owner: signature';

-- What was signed in an act, and by what signature. Number 0 is the manifest.
create table export_signatures (
    seller_id bigint not null,
    act_id    bigint not null,
    seq       int not null check (seq >= 0),
    subject   text not null,
    name      text not null,
    hash      bytea not null check (length(hash) = 32),
    data      bytea,
    cms       bytea,
    primary key (seller_id, act_id, seq),
    constraint export_signatures_name_key unique (seller_id, act_id, name),
    constraint export_signatures_act_id_fkey foreign key (seller_id, act_id) references export_signing_acts (seller_id, id)
);
create index export_signatures_subject_idx on export_signatures (seller_id, subject);
comment on table export_signatures is 'owner: signature';
comment on column export_signatures.hash is 'SHA-256 of what was signed';
comment on column export_signatures.data is 'what is to be signed, until it is; the manifest stays';
comment on column export_signatures.cms is 'detached CMS signature, DER';

do $$
declare
    t text;
begin
    foreach t in array array['export_signing_acts', 'export_signatures', 'export_signing_keys'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy %I on %I to yarmarka_seller using (seller_id = app_seller_id()) with check (seller_id = app_seller_id())', t || '_seller', t);
    end loop;
end
$$;
-- A seller's own connection may look; only the program signs, and nothing that was signed is changed. The sealed keys
-- are nobody's to read.
grant select on export_signing_acts, export_signatures to yarmarka_seller;
grant select (seller_id, generation, serial, certificate, created_at, expires_at) on export_signing_keys to yarmarka_seller;
