-- A decision that names its book cannot be completed without it, and what was decided is never thrown away.
do $$
begin
  if exists (select from export_decisions where book is not null) then
    raise exception 'decisions name their books: they would lose what they say' using errcode = 'restrict_violation';
  end if;
end
$$;
create or replace function export_decision_hash(d export_decisions) returns bytea
  language sql stable parallel safe
  return sha256(d.prev_hash || convert_to(concat_ws(E'\n', d.kind, d.number, d.seller_id, d.place, d.moment, to_char(d.decided_on, 'YYYY-MM-DD'),
    d.outcome, array_to_string(d.rules, ','), d.facts::text, d.decision::text, (extract(epoch from d.created_at) * 1000000)::bigint), 'UTF8'));
alter table export_decisions drop column book;
drop table export_books;
alter table export_rules drop column source_en, drop column quote_en;
alter table export_tables drop column source_en, drop column quote_en;
