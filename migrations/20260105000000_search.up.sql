-- One index over everything that can be looked for. Owners put documents in; nobody else's tables are read here.

create table search_docs (
  id           integer generated always as identity primary key,
  kind         smallint not null check (kind between 1 and 32),
  ref_id       bigint not null,
  slug         text not null,
  title_ru     text not null,
  title_en     text not null default '',
  body_ru      text not null default '',
  body_en      text not null default '',
  image        text not null default '',
  price        bigint check (price > 0),
  was          bigint check (was > 0),
  currency     char(3) not null default 'RUB',
  offer_id     bigint,
  seller       text not null default '',
  sellers      integer not null default 0,
  rating       smallint not null default 0 check (rating between 0 and 50),
  reviews      integer not null default 0,
  in_stock     boolean not null default false,
  low30        boolean not null default false,
  dispatch     smallint,
  updated_at   timestamptz not null default now(),
  unique (kind, ref_id)
);
comment on table search_docs is 'owner: search';
comment on column search_docs.kind is '1 goods, 2 shops, 3 services, 4 pages, 5 events, 6 discussions';
comment on column search_docs.rating is 'in tenths of a star';
comment on column search_docs.dispatch is 'days until the parcel is handed over; null when unknown';

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

-- What is read for every candidate stays in the row, uncompressed; what only the index needs leaves it.
alter table search_index alter column packed set storage plain;
alter table search_index alter column terms set storage external;
alter table search_index alter column more set storage external;
alter table search_index set (toast_tuple_target = 256, autovacuum_vacuum_scale_factor = 0.05);

create index search_index_terms on search_index using gin (terms gin__int_ops) with (fastupdate = off);
create index search_index_shelf on search_index (kind, shelf);
create index search_index_prior on search_index (kind, prior desc, doc_id desc);
create index search_index_price on search_index (kind, price, doc_id desc) where price is not null;

create table search_words (
  word text primary key check (length(word) <= 60),
  term integer not null,
  df   integer not null default 1
);
comment on table search_words is 'owner: search';
comment on column search_words.df is 'in how many documents the word stands in any of its forms; counted anew by the refresh job, 0: gone';
create index search_words_term on search_words (term);
create index search_words_prefix on search_words (word text_pattern_ops);
-- Slips are corrected in words of letters only; article numbers would fill the index for nothing.
create index search_words_trgm on search_words using gin (word gin_trgm_ops) where length(word) >= 4 and word !~ '[0-9]';

create table search_synonyms (
  id     bigint generated always as identity primary key,
  phrase text not null check (length(phrase) between 1 and 80),
  means  text not null check (length(means) between 1 and 80),
  mutual boolean not null default true,
  unique (phrase, means)
);
comment on table search_synonyms is 'owner: search';
comment on column search_synonyms.mutual is 'the two stand for each other; otherwise only phrase is widened to means';

create sequence search_changes;
comment on sequence search_changes is 'owner: search; moves with every change of the index, so that a kept answer knows that it is old';
