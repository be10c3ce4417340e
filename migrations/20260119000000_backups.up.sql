-- When the last backup was made: the program itself says when it is too long ago.
create table backups (
    id          bigint generated always as identity primary key,
    finished_at timestamptz not null,
    bytes       bigint not null check (bytes > 0)
);
comment on table backups is 'owner: platform';
