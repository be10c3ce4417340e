package hold

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Keep moves the deadline of what key holds to until, for a purchase that was placed and waits for
// its money, and answers what is kept. A hold that ran out is ErrExpired and nothing changes.
func Keep(ctx context.Context, db pg.DB, key string, until time.Time) (lines []Line, err error) {
	defer errs.Wrap(&err, "hold.Keep(%s)", key)
	b := &pgx.Batch{}
	QueueKeep(b, key, until, &lines)
	return lines, pg.Send(ctx, db, b)
}

// QueueKeep is Keep as a part of the caller's round trip: lines are there once the batch is sent.
func QueueKeep(b *pgx.Batch, key string, until time.Time, lines *[]Line) {
	b.Queue(keepHolds, key, until).Query(func(rows pgx.Rows) (err error) {
		if *lines, err = pgx.CollectRows(rows, pgx.RowToStructByName[Line]); err == nil && len(*lines) == 0 {
			err = ErrExpired
		}
		return err
	})
}

const keepHolds = `
	with kept as (
		update holds set expires_at = $2 where key = $1 and (state = 'held') is true and expires_at > now()
		returning offer_id, qty
	)
	select offer_id, qty from kept order by offer_id`
