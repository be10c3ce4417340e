-- The first page of a category: which documents it shows and what its facets count, made ready by a job each time its goods
-- have changed. The first visitor of a category paid for reading all of them.
create table search_shelves (
  category bigint primary key,
  stamp bigint not null,
  form smallint not null,
  page json not null,
  made_at timestamptz not null default clock_timestamp()
);
comment on table search_shelves is 'owner: search';
comment on column search_shelves.stamp is 'of the topics tree, shelves and shelf:<category> before the page was made';
comment on column search_shelves.form is 'the form of page; a program that knows another makes it anew';
comment on column search_shelves.page is 'numbers of documents, and counts by id';
comment on column page_changes.topic is 'card:12, shop:3, category:7, shelf:7, goods, shops, shelves, tree, search';

-- A shelf is known by its topic; from now on the index names those it changes.
insert into page_changes (topic)
select 'shelf:' || id
from (
  with recursive up (id, parent_id) as (
    select c.id, c.parent_id from categories c where exists (select from products p where p.category_id = c.id)
    union
    select c.id, c.parent_id from up join categories c on c.id = up.parent_id
  )
  select id from up
) x;
