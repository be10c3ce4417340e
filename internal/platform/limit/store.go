package limit

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// take moves the theoretical arrival time of key one interval on, unless that would pass the end
// of the period. One statement, so two at once cannot both get the last act. It is a transaction of its own that does not
// wait for the disk: a database that dies a moment later has forgotten an act or two, which lets nobody in.
const take = `
		insert into rate_limits as l (key, due_at)
		select @limit_key, @limit_now::timestamptz + @limit_cost::interval from (select set_config('synchronous_commit', 'off', true)) as unwaited
		on conflict (key) do update set due_at = greatest(l.due_at, @limit_now::timestamptz) + @limit_cost::interval
		where greatest(l.due_at, @limit_now::timestamptz) + @limit_cost::interval <= @limit_now::timestamptz + @limit_per::interval`

// taking are the arguments of take.
func taking(key string, now time.Time, rule Rule) pg.Args {
	return pg.Args{"limit_key": key, "limit_now": now, "limit_cost": rule.interval(), "limit_per": rule.Per}
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
