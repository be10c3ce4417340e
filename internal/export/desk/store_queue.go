package desk

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// listQueue reads undecided cases: those that are late at the moment after.Now first, then by risk, then by term.
func listQueue(ctx context.Context, db pg.DB, k Kind, q Query, after place, limit int) ([]Case, error) {
	return pg.List[Case](ctx, db, `select `+caseColumns+` from export_cases c
		where c.kind = $1 and ($2 = 'waiting') = (c.state = 'waiting_seller') and c.state <> 'decided' and ($2 <> 'late' or c.due_at < $3)
			and ($4 = '' or c.country = $4) and ($5 = '' or c.subject_number = $5)
			and ($9::bigint = 0 or (c.due_at >= $3, -c.risk, c.due_at, c.id) > (not $6::boolean, -$7::int, $8::timestamptz, $9::bigint))
		order by (c.due_at >= $3), -c.risk, c.due_at, c.id limit $10`,
		k, q.Pile, after.Now, q.Country, q.Number, after.Late, after.Risk, after.At, after.ID, limit)
}

func listDone(ctx context.Context, db pg.DB, k Kind, q Query, after place, limit int) ([]Case, error) {
	return pg.List[Case](ctx, db, `select `+caseColumns+` from export_cases c
		where c.kind = $1 and c.state = 'decided' and ($2 = '' or c.country = $2) and ($3 = '' or c.subject_number = $3)
			and ($5::bigint = 0 or (c.decided_at, c.id) < ($4, $5))
		order by c.decided_at desc, c.id desc limit $6`, k, q.Country, q.Number, after.At, after.ID, limit)
}

type pileCounts struct{ Queue, Late, Waiting, Done int }

func countPiles(ctx context.Context, db pg.DB, k Kind, now time.Time) (pileCounts, error) {
	return pg.One[pileCounts](ctx, db, `
		select count(*) filter (where state in ('open', 'taken')) as queue,
			count(*) filter (where state in ('open', 'taken') and due_at < $2) as late,
			count(*) filter (where state = 'waiting_seller') as waiting,
			count(*) filter (where state = 'decided') as done
		from export_cases where kind = $1 and (state <> 'decided' or decided_at >= $3)`, k, now, now.Add(-statsOver))
}

func listCountries(ctx context.Context, db pg.DB, k Kind) ([]string, error) {
	return pg.Scalars[string](ctx, db, `
		select distinct country::text from export_cases where kind = $1 and state <> 'decided' and country <> '' order by 1`, k)
}

// countStats reads the month's figures: parcels that the rules decided about, each once however often they were asked, and
// things that they judged for going abroad (which currency control has no part in).
func countStats(ctx context.Context, db pg.DB, k Kind, since time.Time) (Stats, error) {
	type row struct {
		Subjects, Cases, Decided int
		Median, P95              float64 // seconds
	}
	r, err := pg.One[row](ctx, db, `
		select (select count(*) from (select distinct number, seller_id from export_decisions where created_at >= $2 and kind = 'parcel') d)
				+ (select count(*) from export_goods where abroad and judged_on >= $2::date and $1 <> 'currency') as subjects,
			count(distinct (subject, subject_number)) filter (where opened_at >= $2 and subject <> 'contract') as cases,
			count(*) filter (where decided_at >= $2) as decided,
			coalesce(percentile_cont(0.5) within group (order by extract(epoch from decided_at - opened_at)) filter (where decided_at >= $2), 0)::float8 as median,
			coalesce(percentile_cont(0.95) within group (order by extract(epoch from decided_at - opened_at)) filter (where decided_at >= $2), 0)::float8 as p95
		from export_cases where kind = $1 and (opened_at >= $2 or decided_at >= $2)`, k, since)
	seconds := func(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
	return Stats{Subjects: r.Subjects, Cases: r.Cases, Decided: r.Decided, Median: seconds(r.Median), P95: seconds(r.P95)}, err
}
