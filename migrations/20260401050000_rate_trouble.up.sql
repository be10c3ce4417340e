-- What the Central Bank answered last instead of a file of rates, so that an operator is told of it in words and not only
-- by the age of the last rates. There is one row while something is wrong, and none otherwise.
create table rate_trouble (
    single boolean primary key default true,
    trouble text not null,
    since timestamptz not null,
    last_at timestamptz not null,
    constraint rate_trouble_one_check check (single)
);
comment on table rate_trouble is 'owner: rates';
comment on column rate_trouble.trouble is 'the end of a message key: rates.trouble.*';
