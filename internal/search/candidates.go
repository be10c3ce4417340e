package search

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search/record"
)

// expression is a boolean question to the inverted index, in the notation of intarray's query_int. All of it is
// numbers that this program made, so no text that a person typed ever reaches the index's own syntax.
type expression struct {
	kind     Kind
	category int64
	words    []*word
	any      bool    // one of the words will do
	butOne   bool    // one of the words may be missing
	filter   *filter // narrow by brand and characteristics as well
}

// in writes the expression for the words of a kind; "" asks for everything.
func (e expression) in(k Kind) string {
	var groups []string
	for _, w := range e.words {
		if w.stop && !e.onlyStops() {
			continue
		}
		groups = append(groups, w.expression(k))
	}
	op := "&"
	if e.any {
		op = "|"
	}
	if e.butOne && len(groups) > 2 {
		groups, op = allButOne(groups), "|"
	}
	var all []string
	if len(groups) > 0 {
		all = append(all, "("+strings.Join(groups, op)+")")
	}
	if e.category != 0 {
		all = append(all, number(idTerm(k, categoryTerm, e.category)))
	}
	if e.filter != nil {
		all = append(all, e.filter.expressions(k)...)
	}
	return strings.Join(all, "&")
}

// allButOne joins the groups in every way that leaves one out.
func allButOne(groups []string) []string {
	out := make([]string, len(groups))
	for i := range groups {
		out[i] = "(" + strings.Join(slices.Concat(groups[:i], groups[i+1:]), "&") + ")"
	}
	return out
}

func (e expression) onlyStops() bool { return (&meaning{words: e.words}).onlyStops() }

func (w *word) expression(k Kind) string {
	var alts []string
	for _, a := range w.alts {
		terms := make([]string, len(a.stems))
		for i, st := range a.stems {
			terms[i] = number(salted(k, record.Hash(st)))
		}
		alts = append(alts, "("+strings.Join(terms, "&")+")")
	}
	return "(" + strings.Join(alts, "|") + ")"
}

func number(term int32) string { return strconv.FormatInt(int64(term), 10) }

// candidateSet is the facts of those found, end to end, and how many they are (at most Cap+1).
type candidateSet struct {
	packed []byte
	n      int
}

// candidates asks the index. With ordered the best by the query's order come first, so that a cut at Cap cuts the
// right end; with tabs the other kinds are counted in the same round trip.
func (r *run) candidates(ctx context.Context, e expression, ordered, tabs bool) (candidateSet, error) {
	sort := Sort("")
	if ordered {
		sort = r.p.Sort
	}
	found := candidateSet{}
	var b pgx.Batch
	sql, args := candidateSQL(e.kind, e.in(e.kind), sort, r.p.PriceMax*r.priceMatters(e), Cap+1)
	b.Queue(sql, args...).QueryRow(func(row pgx.Row) error { return row.Scan(&found.packed, &found.n) })
	if tabs {
		r.res.Kinds = map[Kind]int{}
		r.queueCounts(&b, e)
	}
	err := r.s.db.SendBatch(ctx, &b).Close()
	return found, errs.FromPG(err, nil)
}

// priceMatters is 1 when the price may narrow the candidates: only together with the other filters, because the
// counts of facets need what the filters left out.
func (r *run) priceMatters(e expression) money.Amount {
	if e.filter != nil {
		return 1
	}
	return 0
}

// queueCounts counts the query's words among the other kinds, each up to Cap.
func (r *run) queueCounts(b *pgx.Batch, e expression) {
	if len(e.words) == 0 {
		return
	}
	for _, k := range r.s.kinds {
		if k == e.kind {
			continue
		}
		in := expression{kind: k, words: e.words}.in(k)
		b.Queue(countSQL, int16(k), in, Cap).QueryRow(func(row pgx.Row) error {
			var n int
			err := row.Scan(&n)
			r.res.Kinds[k] = n
			return err
		})
	}
}

const countSQL = `
select count(*)
from (select from search_facts where kind = $1 and terms @@ $2::query_int limit $3) c`

func selectCount(ctx context.Context, db pg.DB, k Kind, expr string, limit int) (int, error) {
	return pg.Scalar[int](ctx, db, countSQL, int16(k), expr, limit)
}

// selectForward gives the words of documents, end to end.
func selectForward(ctx context.Context, db pg.DB, ids []int32) ([]byte, error) {
	return pg.Scalar[[]byte](ctx, db, `
select coalesce(string_agg(words, ''::bytea), ''::bytea)
from search_forward
where doc_id = any($1)`, ids)
}

func selectCandidates(ctx context.Context, db pg.DB, k Kind, expr string, sort Sort, priceMax money.Amount, limit int) (candidateSet, error) {
	var found candidateSet
	sql, args := candidateSQL(k, expr, sort, priceMax, limit)
	err := db.QueryRow(ctx, sql, args...).Scan(&found.packed, &found.n)
	return found, errs.FromPG(err, nil)
}

// popularWalk is how many documents selectPopular looks at: half as many again as words of the least usual kind take.
const popularWalk = suggestPool * usualShare * 3 / 2

// selectPopular finds words among the most popular documents, walking them one by one: no index is asked for the words.
func selectPopular(ctx context.Context, db pg.DB, k Kind, expr string, limit int) (candidateSet, error) {
	var found candidateSet
	err := db.QueryRow(ctx, `
select coalesce(string_agg(coalesce(facts || more, facts), ''::bytea), ''::bytea), count(*)
from (
  select facts, more
  from (
    select facts, more, terms from search_facts where kind = $1
    order by prior desc, doc_id desc limit `+strconv.Itoa(popularWalk)+`
  ) w
  where terms @@ $2::query_int
  limit $3
) c`, int16(k), expr, limit).Scan(&found.packed, &found.n)
	return found, errs.FromPG(err, nil)
}

// orders are the candidates' orders in SQL. The sums with zero, and the one key of two, keep the planner from walking an index over all
// documents in that order while it looks for the few that match.
var orders = map[Sort]string{
	"": "", Relevance: "", Popular: " order by prior::bigint << 32 | doc_id desc",
	Cheap: " order by price + 0, doc_id desc", Landed: " order by price + 0, doc_id desc", Dear: " order by price + 0 desc nulls last, doc_id desc",
	Rated: " order by score + 0 desc, doc_id desc", Newest: " order by freshness + 0 desc, doc_id desc",
}

// everything's orders walk the indexes on prior and price.
var ordersOfAll = map[Sort]string{
	Popular: " order by prior desc, doc_id desc", Cheap: " order by price, doc_id desc", Landed: " order by price, doc_id desc",
	Dear: " order by price desc nulls last, doc_id desc",
}

func candidateSQL(k Kind, expr string, sort Sort, priceMax money.Amount, limit int) (string, []any) {
	where, args := "kind = $1", []any{int16(k), limit}
	order := orders[sort]
	if expr != "" {
		args = append(args, expr)
		where += " and terms @@ $3::query_int"
	} else if o, ok := ordersOfAll[sort]; ok {
		order = o
	}
	if byPrice(sort) && expr == "" && priceMax == 0 {
		return pricedFirst(order), args
	}
	if priceMax > 0 {
		args = append(args, int64(priceMax))
		where += " and price <= $" + strconv.Itoa(len(args))
	}
	return `
select coalesce(string_agg(coalesce(facts || more, facts), ''::bytea), ''::bytea), count(*)
from (select facts, more from search_facts where ` + where + order + ` limit $2) c`, args
}

// byPrice says that an order is by a price, which what nobody sells has none of.
func byPrice(sort Sort) bool { return sort == Cheap || sort == Landed || sort == Dear }

// pricedFirst asks for everything by its price. The index holds what has a price, and what has none comes last: it is
// looked for only where the rest is fewer than are asked for.
func pricedFirst(order string) string {
	return `
with priced as materialized (select facts, more from search_facts where kind = $1 and price is not null` + order + ` limit $2)
select coalesce(string_agg(coalesce(facts || more, facts), ''::bytea), ''::bytea), count(*)
from (
  select facts, more from priced union all
  (select facts, more from search_facts where kind = $1 and price is null and (select count(*) from priced) < $2 limit $2)
  limit $2) c`
}
