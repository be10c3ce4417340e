-- Sources and quotes in English beside the originals: a foreign buyer reads where a rule is written, too. Empty is not
-- translated; the original is shown then, and said to be in its language.
alter table export_rules add column source_en text not null default '', add column quote_en text not null default '';
alter table export_tables add column source_en text not null default '', add column quote_en text not null default '';
comment on column export_rules.quote_en is 'a translation of quote, ours; the words that count are the quote''s';
comment on column export_tables.quote_en is 'a translation of quote, ours; the words that count are the quote''s';

-- What decisions by one state of the law have in common: which rules were read on each step, and where each rule is
-- written. It is kept once, under the digest of its content, and decisions name it instead of repeating it.
create table export_books (
  digest     bytea primary key check (digest = sha256(body)),
  body       bytea not null,
  created_at timestamptz not null default now()
);
comment on table export_books is 'owner: clearance';
comment on column export_books.body is 'JSON in UTF-8: calm, findings of steps that no rule speaks on; sources, by rule@version';
create trigger export_books_are_kept before update or delete on export_books
  for each row execute function export_decisions_are_kept();
grant select on export_books to yarmarka_seller;

alter table export_decisions add column book bytea references export_books (digest);
comment on column export_decisions.book is 'the book that the decision is completed from; null: the decision is whole in itself';

-- The digest covers the book by its own digest. Rows without one keep the digest they have: concat_ws leaves nulls out.
create or replace function export_decision_hash(d export_decisions) returns bytea
  language sql stable parallel safe
  return sha256(d.prev_hash || convert_to(concat_ws(E'\n', d.kind, d.number, d.seller_id, d.place, d.moment, to_char(d.decided_on, 'YYYY-MM-DD'),
    d.outcome, array_to_string(d.rules, ','), d.facts::text, d.decision::text, (extract(epoch from d.created_at) * 1000000)::bigint,
    encode(d.book, 'hex')), 'UTF8'));
