-- The old records are made of the new parts, so that the program before finds what it found.

create index search_words_trgm on search_words using gin (word gin_trgm_ops) where length(word) >= 4 and word !~ '[0-9]';
drop table search_popularity;

alter table search_index rename to search_index_facts;
alter index search_index_pkey rename to search_index_facts_pkey;
drop index search_index_terms, search_index_prior, search_index_price;

create table search_index (
  doc_id     integer primary key references search_docs (id) on delete cascade,
  kind       smallint not null,
  shelf      bigint not null default 0,
  prior      smallint not null default 0 check (prior between 0 and 1000),
  price      bigint,
  freshness  integer not null default 0,
  score      smallint not null default 0,
  terms      integer[] not null,
  packed     bytea not null,
  more       bytea
);
comment on table search_index is 'owner: search';
comment on column search_index.shelf is 'the deepest category: a load lays rows of one shelf side by side, since they are found together';
comment on column search_index.prior is 'popularity in thousandths';
comment on column search_index.freshness is 'hours since 2020 when the thing was published';
comment on column search_index.score is 'rating weighed by its number of reviews, in hundredths of a star';
comment on column search_index.terms is 'numbers of all lexemes (salted by kind), categories, brand and attribute values; only the inverted index reads it';
comment on column search_index.packed is 'the document as the ranking reads it: words with fields and places, facts of sellable variants; see internal/search/record';
comment on column search_index.more is 'the rest of packed when it would not fit a page';
alter table search_index alter column packed set storage plain;
alter table search_index alter column terms set storage external;
alter table search_index alter column more set storage external;
alter table search_index set (toast_tuple_target = 256, autovacuum_vacuum_scale_factor = 0.05);

create or replace function pg_temp.little(n integer) returns bytea language sql immutable as $$
  select set_byte(set_byte(set_byte(set_byte('\x00000000'::bytea, 0, n & 255), 1, n >> 8 & 255), 2, n >> 16 & 255), 3, n >> 24 & 255)
$$;

insert into search_index (doc_id, kind, prior, price, freshness, score, terms, packed, more)
select p.doc_id, p.kind, p.prior, p.price, p.freshness, p.score, p.terms,
       substring(p.packed for 7600), nullif(substring(p.packed from 7601), ''::bytea)
from (
  select u.*, pg_temp.little(u.doc_id) || pg_temp.little(10 + length(u.body)) || substring(u.words from 10 for 2) || u.body as packed
  from (
    select t.*, substring(t.words from 5) || substring(t.whole from 9 for 9) || substring(t.whole from 20 + 2 * (t.ru + t.en)) as body
    from (
      select r.*, get_byte(r.whole, 18 + 2 * r.ru) as en
      from (
        select i.*, f.words, coalesce(i.facts || i.more, i.facts) as whole, get_byte(i.facts, 17) as ru
        from search_index_facts i
        join search_forward f using (doc_id)
      ) r
    ) t
  ) u
) p;

drop table search_index_facts;
drop table search_forward;

create index search_index_terms on search_index using gin (terms gin__int_ops) with (fastupdate = off);
create index search_index_shelf on search_index (kind, shelf);
create index search_index_prior on search_index (kind, prior desc, doc_id desc);
create index search_index_price on search_index (kind, price, doc_id desc) where price is not null;
