package limit

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// take moves the theoretical arrival time of key one interval on, unless that would pass the end
// of the period. One statement, so two at once cannot both get the last act.
func take(ctx context.Context, db pg.DB, key string, now time.Time, interval, per time.Duration) (bool, error) {
	n, err := pg.Exec(ctx, db, `
		insert into rate_limits as l (key, due_at) values ($1, $2::timestamptz + $3::interval)
		on conflict (key) do update set due_at = greatest(l.due_at, $2::timestamptz) + $3::interval
		where greatest(l.due_at, $2::timestamptz) + $3::interval <= $2::timestamptz + $4::interval`,
		key, now, interval, per)
	return n == 1, err
}

func selectDue(ctx context.Context, db pg.DB, key string) (time.Time, error) {
	return pg.Scalar[time.Time](ctx, db, `
		select coalesce((select due_at from rate_limits where key = $1), now())`, key)
}

func giveBack(ctx context.Context, db pg.DB, key string, interval time.Duration) error {
	_, err := pg.Exec(ctx, db, `
		update rate_limits set due_at = due_at - $2::interval where key = $1`, key, interval)
	return err
}

func deleteKey(ctx context.Context, db pg.DB, key string) error {
	_, err := pg.Exec(ctx, db, `delete from rate_limits where key = $1`, key)
	return err
}

func deleteDue(ctx context.Context, db pg.DB, now time.Time) (int64, error) {
	return pg.Exec(ctx, db, `delete from rate_limits where due_at < $1`, now)
}
