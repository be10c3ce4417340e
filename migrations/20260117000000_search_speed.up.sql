-- The rows that every candidate is read from become narrow: what filters, facets and a first rough order need. The words
-- that the likeliest few are ranked by lie apart. Both are made of what the packed records held.

create table search_forward (
  doc_id integer primary key references search_docs (id) on delete cascade,
  words  bytea not null
);
comment on table search_forward is 'owner: search';
comment on column search_forward.words is 'the document''s number, and its words with fields and places as the ranking reads them; see internal/search/record';
alter table search_forward alter column words set storage plain;

insert into search_forward (doc_id, words)
select p.doc_id, substring(p.packed for 4) || substring(p.packed from 11 for 7 + 6 * p.n)
from (
  select doc_id, packed, get_byte(packed, 8) + 256 * get_byte(packed, 9) as n
  from search_index
) p;

alter table search_index rename to search_index_packed;
alter index search_index_pkey rename to search_index_packed_pkey;
drop index search_index_terms, search_index_shelf, search_index_prior, search_index_price;

create table search_index (
  doc_id     integer primary key references search_docs (id) on delete cascade,
  kind       smallint not null,
  prior      smallint not null default 0 check (prior between 0 and 1000),
  price      bigint,
  freshness  integer not null default 0,
  score      smallint not null default 0,
  terms      integer[] not null,
  facts      bytea not null,
  more       bytea
);
comment on table search_index is 'owner: search';
comment on column search_index.prior is 'popularity in thousandths; a load lays the rows in its order, so that a broad query cut short sees the popular first';
comment on column search_index.freshness is 'hours since 2020 when the thing was published';
comment on column search_index.score is 'rating weighed by its number of reviews, in hundredths of a star';
comment on column search_index.terms is 'numbers of all lexemes (salted by kind), categories, brand and attribute values; only the inverted index reads it';
comment on column search_index.facts is 'what is read of every candidate: title, brand, categories, sellable variants; see internal/search/record';
comment on column search_index.more is 'the rest of facts when they would not fit a page';

-- Facts stay in the row, uncompressed; what only the inverted index needs leaves it. Without statistics of terms the
-- planner takes every word for a rare one and always asks the inverted index: with them it walks the whole table for a
-- broad word and unpacks every row's terms to test them, which takes several times as long.
alter table search_index alter column facts set storage plain;
alter table search_index alter column terms set storage external;
alter table search_index alter column terms set statistics 0;
alter table search_index alter column more set storage external;
alter table search_index set (toast_tuple_target = 128, autovacuum_vacuum_scale_factor = 0.05);

-- Facts are the head less the length of words, the facts as they were, and between them the words of the two titles:
-- of each word of the record that has a place in a title, the low two bytes of its number.
create temporary table titles on commit drop as
select doc_id,
       substring(coalesce(string_agg(word, ''::bytea order by place, word) filter (where place < 64), ''::bytea) for 120) as ru,
       substring(coalesce(string_agg(word, ''::bytea order by place, word) filter (where place between 64 and 127), ''::bytea) for 120) as en
from (
  select i.doc_id, get_byte(i.packed, 22 + 6 * w.n) as place, substring(i.packed from 18 + 6 * w.n for 2) as word
  from search_index_packed i
  cross join generate_series(0, get_byte(i.packed, 8) + 256 * get_byte(i.packed, 9) - 1) w (n)
  where get_byte(i.packed, 22 + 6 * w.n) < 128 and get_byte(i.packed, 21 + 6 * w.n) < 128
) t
group by doc_id;

create or replace function pg_temp.byte(n integer) returns bytea language sql immutable as $$
  select set_byte('\x00'::bytea, 0, n)
$$;
create or replace function pg_temp.little(n integer) returns bytea language sql immutable as $$
  select set_byte(set_byte(set_byte(set_byte('\x00000000'::bytea, 0, n & 255), 1, n >> 8 & 255), 2, n >> 16 & 255), 3, n >> 24 & 255)
$$;

insert into search_index (doc_id, kind, prior, price, freshness, score, terms, facts, more)
select f.doc_id, f.kind, f.prior, f.price, f.freshness, f.score, f.terms, substring(f.facts for 7600), nullif(substring(f.facts from 7601), ''::bytea)
from (
  select p.*, pg_temp.little(p.doc_id) || pg_temp.little(8 + 9 + length(p.middle) + length(p.tail)) || p.head || p.middle || p.tail as facts
  from (
    select i.*, substring(i.packed from 18 + 6 * i.n for 9) as head, substring(i.packed from 27 + 6 * i.n) || coalesce(i.more, ''::bytea) as tail,
           pg_temp.byte(length(t.ru) / 2) || t.ru || pg_temp.byte(length(t.en) / 2) || t.en as middle
    from (select *, get_byte(packed, 8) + 256 * get_byte(packed, 9) as n from search_index_packed) i
    join (
      select d.doc_id, coalesce(t.ru, ''::bytea) as ru, coalesce(t.en, ''::bytea) as en
      from search_index_packed d left join titles t using (doc_id)
    ) t using (doc_id)
  ) p
) f
order by f.kind, f.prior desc, f.doc_id desc;

drop table search_index_packed;

create index search_index_terms on search_index using gin (terms gin__int_ops) with (fastupdate = off);
create index search_index_prior on search_index (kind, prior desc, doc_id desc);
create index search_index_price on search_index (kind, price, doc_id desc) where price is not null;

create table search_popularity (
  kind       smallint not null,
  ref_id     bigint not null,
  popularity smallint not null check (popularity between 1 and 1000),
  primary key (kind, ref_id)
);
comment on table search_popularity is 'owner: search';
comment on column search_popularity.popularity is 'in thousandths, of the thing itself; a job counts it, and those that nobody wants have no row';

-- Slips are looked for among words that the program keeps in memory.
drop index search_words_trgm;
