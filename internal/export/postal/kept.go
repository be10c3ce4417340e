package postal

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Kept is what is remembered about the way of goods to a country: whether the post has closed it, and the least that an
// item of a weight, or of a little more, cost lately. A weight that nobody asked about has no price.
type Kept struct {
	Closed bool
	Prices map[int64]money.Amount // grams → kopecks
}

// How much heavier an item may be whose price is told for a lighter one's, and how old that price.
const (
	heavierBy = 500 // grams
	toldFor   = 30 * 24 * time.Hour
)

// Kept looks up what earlier answers of the post say, for lists where each thing cannot be asked about: it never asks the
// post and costs two small questions to the database.
func (s *Service) Kept(ctx context.Context, country string, grams []int64) (k Kept, err error) {
	defer errs.Wrap(&err, "postal.Kept(%s)", country)
	now := s.now()
	if k.Closed, err = selectClosed(ctx, s.db, country, dayOf(now)); err != nil {
		return k, err
	}
	var objects []int32
	for _, c := range carriages {
		if c.carries("goods") && c.Tracked && !c.Insured {
			objects = append(objects, int32(c.Object))
		}
	}
	rows, err := selectKept(ctx, s.db, keptAsk{country, grams, objects, s.post.cfg.Demonstration, dayOf(now), now.Add(-toldFor)})
	k.Prices = make(map[int64]money.Amount, len(rows))
	for _, r := range rows {
		k.Prices[r.Grams] = money.Amount(r.Price)
	}
	return k, err
}

// selectClosed reports whether every service that the dictionary knows for a country is closed; one it says nothing of is
// not known to be.
func selectClosed(ctx context.Context, db pg.DB, country string, day time.Time) (bool, error) {
	return pg.Scalar[bool](ctx, db, `
		select coalesce(bool_and(block <> 0), false) from (
			select distinct on (service) block from post_countries where country = $1 and valid_from <= $2
			order by service, valid_from desc) x`, country, day)
}

type keptAsk struct {
	country       string
	grams         []int64
	objects       []int32
	demonstration bool
	day, since    time.Time
}

type keptRow struct{ Grams, Price int64 }

func selectKept(ctx context.Context, db pg.DB, a keptAsk) ([]keptRow, error) {
	return pg.List[keptRow](ctx, db, `
		select w.grams, min(x.price) as price from unnest($2::bigint[]) as w (grams) cross join unnest($3::int[]) as o (object)
		cross join lateral (
			select p.price from post_prices_abroad p
			where p.object = o.object and p.country = $1 and p.weight_g between w.grams and w.grams + $4 and p.insured = 0
				and p.demonstration = $5 and p.valid_from <= $6 and p.asked_at >= $7
			order by p.weight_g, p.valid_from desc limit 1) x
		group by 1`, a.country, a.grams, a.objects, heavierBy, a.demonstration, a.day, a.since)
}
