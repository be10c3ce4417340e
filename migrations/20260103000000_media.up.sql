-- Pictures and documents that people and sellers gave. The bytes lie in the blob store under the
-- key; a row says whose they are. Sellers come later in the order of migrations: no foreign key.

create table media_files (
    id           bigint generated always as identity primary key,
    kind         text        not null check (kind in ('image', 'document')),
    -- Null for what belongs to a person or to the operator.
    seller_id    bigint,
    person_id    bigint references people (id) on delete set null,
    -- Of the bytes as they were given: the same upload twice is one file.
    sha256       bytea       not null check (length(sha256) = 32),
    key          text        not null check (key ~ '^[0-9a-f]{32}$'),
    content_type text        not null,
    width        integer     not null default 0,
    height       integer     not null default 0,
    bytes        bigint      not null check (bytes > 0),
    name         text        not null default '' check (char_length(name) <= 120),
    created_at   timestamptz not null,
    constraint media_files_once unique nulls not distinct (seller_id, person_id, kind, sha256),
    constraint media_files_shape check ((kind = 'image') = (width > 0 and height > 0))
);
comment on table media_files is 'owner: media';
comment on column media_files.key is 'where the blob store keeps it and, for a picture, its public address; the same bytes have the same key';
comment on column media_files.name is 'the file name as given, cleaned: a label for people, never a path';
comment on column media_files.width is 'of the picture upright, after the camera''s orientation mark is applied; 0 for a document';
create index media_files_key on media_files (key);
create index media_files_person on media_files (person_id) where person_id is not null;

-- A card shows pictures of every seller, so pictures may be read by all; documents only by their shop.
alter table media_files enable row level security;
create policy media_files_read on media_files for select to yarmarka_seller
    using (kind = 'image' or seller_id = app_seller_id());
create policy media_files_seller on media_files to yarmarka_seller
    using (seller_id = app_seller_id()) with check (seller_id = app_seller_id());
grant select, insert, update, delete on media_files to yarmarka_seller;
