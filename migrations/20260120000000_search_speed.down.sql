-- The old records are made of the new parts, so that the program before finds what this one found.

drop trigger search_index_inserted on search_index;
drop trigger search_index_updated on search_index;
drop function search_index_changed;

delete from search_index;
insert into search_index (doc_id, kind, prior, price, freshness, score, terms, packed, more)
select p.doc_id, p.kind, p.prior, p.price, p.freshness, p.score, p.terms, substring(p.packed for 7600), nullif(substring(p.packed from 7601), ''::bytea)
from (
  select b.*, search_little(b.doc_id) || search_little(10 + length(b.body)) || substring(b.words from 10 for 2) || b.body as packed
  from (
    select t.*, substring(t.words from 5) || substring(t.whole from 9 for 9) || substring(t.whole from 20 + 2 * (t.ru + t.en)) as body
    from (
      select r.*, get_byte(r.whole, 18 + 2 * r.ru) as en
      from (
        select i.*, f.words, coalesce(i.facts || i.more, i.facts) as whole, get_byte(i.facts, 17) as ru
        from search_facts i
        join search_forward f using (doc_id)
      ) r
    ) t
  ) b
) p;

drop function search_carry_over;
drop function search_little;
drop function search_byte;
drop table search_popularity;
drop table search_forward;
drop table search_facts;
drop index search_words_letters;
