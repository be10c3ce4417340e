package payment

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// selectPayments lists payments, newest first; state and before are open when empty.
func selectPayments(ctx context.Context, db pg.DB, state State, before int64, limit int) ([]Payment, error) {
	return pg.List[Payment](ctx, db, `select `+paymentColumns+` from payments
		where ($1 = '' or state = $1) and ($2::bigint = 0 or id < $2)
		order by id desc limit $3`, state, before, limit)
}

func countAlerts(ctx context.Context, db pg.DB) (int64, error) {
	return pg.Scalar[int64](ctx, db, `select count(*) from payment_alerts where resolved_at is null`)
}
