-- The stamps of many pages in one question: the sum of each topic's lines. The plan goes by the index whatever the
-- table's size was when it was made, and is made once: a short list of topics would otherwise be planned anew each time.
create function page_stamps(topics text[]) returns table (topic text, nonce bigint) language plpgsql stable
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
begin
  return query select c.topic, sum(c.nonce)::bigint from page_changes c where c.topic = any (topics) group by c.topic;
end $$;
comment on function page_stamps(text[]) is 'owner: platform';

alter function page_stamp(text[]) set plan_cache_mode = force_generic_plan;
