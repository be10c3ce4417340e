package catalog

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Keep moves the deadline of what key holds to until, for a purchase that was placed and waits for
// its money, and answers what is kept. A hold that ran out is ErrHoldExpired and nothing changes.
func Keep(ctx context.Context, db pg.DB, key string, until time.Time) (lines []HoldLine, err error) {
	defer errs.Wrap(&err, "catalog.Keep(%s)", key)
	lines, err = keepHolds(ctx, db, key, until)
	if err == nil && len(lines) == 0 {
		return nil, ErrHoldExpired
	}
	return lines, err
}

func keepHolds(ctx context.Context, db pg.DB, key string, until time.Time) ([]HoldLine, error) {
	return pg.List[HoldLine](ctx, db, `
		with kept as (
			update holds set expires_at = $2 where key = $1 and state = 'held' and expires_at > now()
			returning offer_id, qty
		)
		select offer_id, qty from kept order by offer_id`, key, until)
}
