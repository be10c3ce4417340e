package search

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search/record"
)

type ownPopularity struct {
	RefID      int64
	Popularity int16
}

func selectPopularity(ctx context.Context, db pg.DB, kind Kind, refs []int64) (map[int64]int16, error) {
	rows, err := pg.List[ownPopularity](ctx, db, `
select ref_id, popularity
from search_popularity
where kind = $1 and ref_id = any($2)`, int16(kind), refs)
	out := make(map[int64]int16, len(rows))
	for _, r := range rows {
		out[r.RefID] = r.Popularity
	}
	return out, err
}

// mergePopularity makes the table hold exactly what is given, moves the documents' popularity by the difference, and
// says how many things changed. The share of a thing's own popularity is the only one that it touches.
func mergePopularity(ctx context.Context, tx pg.DB, kind Kind, refs []int64, own []int16) (int64, error) {
	return pg.Exec(ctx, tx, `
with given as (
  select ref_id, popularity from unnest($2::bigint[], $3::smallint[]) g (ref_id, popularity)
), changed as (
  select coalesce(g.ref_id, p.ref_id) as ref_id, g.popularity as now, coalesce(p.popularity, 0) as was
  from given g
  full join (select ref_id, popularity from search_popularity where kind = $1) p on p.ref_id = g.ref_id
  where g.popularity is distinct from p.popularity
), gone as (
  delete from search_popularity p using changed c where p.kind = $1 and p.ref_id = c.ref_id and c.now is null
), kept as (
  insert into search_popularity (kind, ref_id, popularity)
  select $1, ref_id, now from changed where now is not null
  on conflict (kind, ref_id) do update set popularity = excluded.popularity
), moved as (
  select d.id, least(1000, greatest(0, i.prior + round($4::float8 * (coalesce(c.now, 0) - c.was))))::integer as prior
  from changed c
  join search_docs d on d.kind = $1 and d.ref_id = c.ref_id
  join search_facts i on i.doc_id = d.id
)
update search_facts i
set prior = m.prior, facts = set_byte(set_byte(i.facts, $5, m.prior & 255), $5 + 1, m.prior >> 8)
from moved m
where i.doc_id = m.id and i.prior <> m.prior`, int16(kind), refs, own, float64(shareOwn), record.PriorAt)
}
