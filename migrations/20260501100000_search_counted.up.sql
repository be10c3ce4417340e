-- When the words of the index were last counted: a program that starts does not count them anew.
create table search_counted (
  one boolean primary key default true check (one),
  at timestamptz not null
);
comment on table search_counted is 'owner: search';
