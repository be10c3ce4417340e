-- The rows that every candidate is read from become narrow: what filters, facets and a first rough order need. The words
-- that the likeliest few are ranked by lie apart. search_index stays for the copies of the program before, which write
-- and read it while this one takes over; a later step drops it, with the triggers that carry its changes over.

create table search_facts (
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
comment on table search_facts is 'owner: search';
comment on column search_facts.prior is 'popularity in thousandths; a load lays the rows in its order, so that a broad query cut short sees the popular first';
comment on column search_facts.freshness is 'hours since 2020 when the thing was published';
comment on column search_facts.score is 'rating weighed by its number of reviews, in hundredths of a star';
comment on column search_facts.terms is 'numbers of all lexemes (salted by kind), categories, brand and attribute values; only the inverted index reads it';
comment on column search_facts.facts is 'what is read of every candidate: title, brand, categories, sellable variants; see internal/search/record';
comment on column search_facts.more is 'the rest of facts when they would not fit a page';

-- Facts stay in the row, uncompressed; what only the inverted index needs leaves it. Without statistics of terms the
-- planner takes every word for a rare one and always asks the inverted index: with them it walks the whole table for a
-- broad word and unpacks every row's terms to test them, which takes several times as long.
alter table search_facts alter column facts set storage plain;
alter table search_facts alter column terms set storage external;
alter table search_facts alter column terms set statistics 0;
alter table search_facts alter column more set storage external;
alter table search_facts set (toast_tuple_target = 128, autovacuum_vacuum_scale_factor = 0.05);

create table search_forward (
  doc_id integer primary key references search_docs (id) on delete cascade,
  words  bytea not null
);
comment on table search_forward is 'owner: search';
comment on column search_forward.words is 'the document''s number, and its words with fields and places as the ranking reads them; see internal/search/record';
alter table search_forward alter column words set storage plain;

create table search_popularity (
  kind       smallint not null,
  ref_id     bigint not null,
  popularity smallint not null check (popularity between 1 and 1000),
  primary key (kind, ref_id)
);
comment on table search_popularity is 'owner: search';
comment on column search_popularity.popularity is 'in thousandths, of the thing itself; a job counts it, and those that nobody wants have no row';

create function search_byte(n integer) returns bytea language sql immutable as $$
  select set_byte('\x00'::bytea, 0, n)
$$;
create function search_little(n integer) returns bytea language sql immutable as $$
  select search_byte(n & 255) || search_byte(n >> 8 & 255) || search_byte(n >> 16 & 255) || search_byte(n >> 24 & 255)
$$;

-- search_carry_over makes the new rows of these documents, or of all with null, out of search_index. A packed record is
-- a head of ten bytes, a head of seven and six for each word, and the facts. The new facts are a head of eight bytes, the
-- facts as they were, and after their first nine bytes the words of the two titles: of each word of the record that has
-- a place in a title and does not only say what the thing is for, the low two bytes of its number.
create function search_carry_over(ids integer[]) returns void language sql as $$
  insert into search_forward (doc_id, words)
  select doc_id, substring(packed for 4) || substring(packed from 11 for 7 + 6 * (get_byte(packed, 8) + 256 * get_byte(packed, 9)))
  from search_index
  where ids is null or doc_id = any(ids)
  on conflict (doc_id) do update set words = excluded.words;

  with old as (
    select *, get_byte(packed, 8) + 256 * get_byte(packed, 9) as n
    from search_index
    where ids is null or doc_id = any(ids)
  ), said as (
    select o.doc_id, get_byte(o.packed, 22 + 6 * w.n) as place, substring(o.packed from 18 + 6 * w.n for 2) as word
    from old o
    cross join generate_series(0, o.n - 1) w (n)
    where get_byte(o.packed, 22 + 6 * w.n) < 128 and get_byte(o.packed, 21 + 6 * w.n) < 128
  ), titles as (
    select doc_id,
           substring(coalesce(string_agg(word, ''::bytea order by place, word) filter (where place < 64), ''::bytea) for 120) as ru,
           substring(coalesce(string_agg(word, ''::bytea order by place, word) filter (where place >= 64), ''::bytea) for 120) as en
    from said
    group by doc_id
  ), parts as (
    select o.*, substring(o.packed from 18 + 6 * o.n for 9) as head, substring(o.packed from 27 + 6 * o.n) || coalesce(o.more, ''::bytea) as tail,
           search_byte(coalesce(length(t.ru), 0) / 2) || coalesce(t.ru, ''::bytea)
             || search_byte(coalesce(length(t.en), 0) / 2) || coalesce(t.en, ''::bytea) as title
    from old o
    left join titles t using (doc_id)
  ), whole as (
    select p.*, search_little(p.doc_id) || search_little(8 + 9 + length(p.title) + length(p.tail)) || p.head || p.title || p.tail as facts
    from parts p
  )
  insert into search_facts (doc_id, kind, prior, price, freshness, score, terms, facts, more)
  select doc_id, kind, prior, price, freshness, score, terms, substring(facts for 7600), nullif(substring(facts from 7601), ''::bytea)
  from whole
  order by kind, prior desc, doc_id desc
  on conflict (doc_id) do update set
    prior = excluded.prior, price = excluded.price, freshness = excluded.freshness, score = excluded.score,
    terms = excluded.terms, facts = excluded.facts, more = excluded.more;
$$;

-- From here no copy of the program before writes until what it writes is carried over.
lock table search_index in share row exclusive mode;
select search_carry_over(null);

create function search_index_changed() returns trigger language plpgsql as $$
begin
  perform search_carry_over((select coalesce(array_agg(doc_id), '{}') from changed)); -- null would be all
  return null;
end
$$;
create trigger search_index_inserted after insert on search_index
  referencing new table as changed for each statement execute function search_index_changed();
create trigger search_index_updated after update on search_index
  referencing new table as changed for each statement execute function search_index_changed();

create index search_facts_terms on search_facts using gin (terms gin__int_ops) with (fastupdate = off);
create index search_facts_prior on search_facts (kind, prior desc, doc_id desc);
create index search_facts_price on search_facts (kind, price, doc_id desc) where price is not null;

-- The words that the program keeps in memory are found among many more part numbers.
create index search_words_letters on search_words (df desc) where df > 0 and word !~ '[0-9]';
