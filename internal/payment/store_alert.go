package payment

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func insertAlert(ctx context.Context, db pg.DB, a alert, now time.Time) error {
	_, err := pg.Exec(ctx, db, `insert into payment_alerts (key, kind, payment_id, refund_id, detail, created_at)
		values ($1, $2, $3, $4, $5, $6) on conflict on constraint payment_alerts_key do nothing`,
		a.Key, a.Kind, a.PaymentID, a.RefundID, a.Detail, now)
	return err
}

func updateAlertResolved(ctx context.Context, db pg.DB, key, actor string, now time.Time) error {
	_, err := pg.Exec(ctx, db, `update payment_alerts set resolved_at = $2, resolved_by = $3
		where key = $1 and resolved_at is null`, key, now, actor)
	return err
}

// updateRefundAlerts closes what asked a person about a refund.
func updateRefundAlerts(ctx context.Context, db pg.DB, refundID int64, actor string, now time.Time) error {
	_, err := pg.Exec(ctx, db, `update payment_alerts set resolved_at = $2, resolved_by = $3
		where refund_id = $1 and kind in ('reconcile', 'transfer') and resolved_at is null`, refundID, now, actor)
	return err
}

func updateAlertDismissed(ctx context.Context, db pg.DB, id int64, actor string, now time.Time) (int64, error) {
	return pg.Exec(ctx, db, `update payment_alerts set resolved_at = $2, resolved_by = $3
		where id = $1 and resolved_at is null and kind not in ('held', 'transfer', 'reconcile')`, id, now, actor)
}

func selectAlerts(ctx context.Context, db pg.DB, limit int) ([]Alert, error) {
	return pg.List[Alert](ctx, db, `select a.id, a.kind, a.payment_id, a.refund_id,
			coalesce(p.reference, '') as reference, a.detail, a.created_at
		from payment_alerts a left join payments p on p.id = a.payment_id
		where a.resolved_at is null order by a.id limit $1`, limit)
}
