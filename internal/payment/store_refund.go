package payment

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const refundColumns = `id, payment_id, order_id, amount, reason, idempotency_key, state, provider_ref, error, created_at,
	tries, tried_at, done_at`

func selectRefund(ctx context.Context, db pg.DB, id int64) (Refund, error) {
	return pg.One[Refund](ctx, db, `select `+refundColumns+` from refunds where id = $1`, id)
}

func selectRefundByKey(ctx context.Context, db pg.DB, key string) (Refund, bool, error) {
	return pg.Opt[Refund](ctx, db, `select `+refundColumns+` from refunds where idempotency_key = $1`, key)
}

func selectRefunds(ctx context.Context, db pg.DB, paymentID int64) ([]Refund, error) {
	return pg.List[Refund](ctx, db, `select `+refundColumns+` from refunds where payment_id = $1 order by id`, paymentID)
}

func selectRefundsOf(ctx context.Context, db pg.DB, reference string) ([]Refund, error) {
	return pg.List[Refund](ctx, db, `select `+refundColumns+` from refunds
		where payment_id in (select id from payments where reference = $1) order by id`, reference)
}

func lockRefund(ctx context.Context, tx pgx.Tx, id int64) (Refund, error) {
	return pg.One[Refund](ctx, tx, `select `+refundColumns+` from refunds where id = $1 for update`, id)
}

// claimRefund takes the amount from the payment and from the order's share and writes the refund,
// all in one statement: when either has not that much left, nothing happens and ok is false.
func claimRefund(ctx context.Context, db pg.DB, r RefundRequest, now time.Time) (Refund, bool, error) {
	return pg.Opt[Refund](ctx, db, `
		with pay as (
			update payments p set refunded_amount = p.refunded_amount + @amount, updated_at = @now,
				state = case when p.refunded_amount + @amount = p.captured_amount then 'refunded' else 'partially_refunded' end
			where p.id = @payment and p.state in ('captured', 'partially_refunded')
				and p.captured_amount - p.refunded_amount >= @amount
				and exists (select from payment_splits s where s.payment_id = p.id and s.order_id = @order
					and s.captured - s.refunded >= @amount)
			returning p.id),
		share as (
			update payment_splits s set refunded = s.refunded + @amount
			from pay where s.payment_id = pay.id and s.order_id = @order
			returning s.payment_id, s.order_id)
		insert into refunds (payment_id, order_id, amount, reason, idempotency_key, created_at)
		select payment_id, order_id, @amount, @reason, @key, @now from share
		returning `+refundColumns, pg.Args{"payment": r.PaymentID, "order": r.OrderID,
		"amount": int64(r.Amount), "reason": r.Reason, "key": r.Key, "now": now})
}

// releaseRefund gives the claim of a refund that will never happen back to payment and share. A
// payment under dispute keeps its state.
func releaseRefund(ctx context.Context, db pg.DB, r Refund, now time.Time) error {
	_, err := pg.Exec(ctx, db, `
		with pay as (
			update payments p set refunded_amount = p.refunded_amount - $3, updated_at = $4,
				state = case when p.state in ('disputed', 'lost') then p.state
					when p.refunded_amount = $3 then 'captured' else 'partially_refunded' end
			where p.id = $1 returning p.id)
		update payment_splits s set refunded = s.refunded - $3
		from pay where s.payment_id = pay.id and s.order_id = $2`, r.PaymentID, r.OrderID, int64(r.Amount), now)
	return err
}

func updateRefundTried(ctx context.Context, db pg.DB, id int64, now time.Time) (Refund, bool, error) {
	return pg.Opt[Refund](ctx, db, `update refunds set tries = tries + 1, tried_at = coalesce(tried_at, $2)
		where id = $1 and state = 'pending' returning `+refundColumns, id, now)
}

func updateRefund(ctx context.Context, db pg.DB, id int64, state RefundState, ref, note string, now time.Time) error {
	_, err := pg.Exec(ctx, db, `update refunds set state = $2, provider_ref = coalesce(nullif($3, ''), provider_ref),
			error = $4, done_at = case when $2 in ('succeeded', 'failed') then $5::timestamptz end
		where id = $1`, id, state, ref, note, now)
	return err
}

// selectStuckRefunds finds refunds that were claimed before a moment and never sent.
func selectStuckRefunds(ctx context.Context, db pg.DB, before time.Time, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `select id from refunds where state = 'pending' and created_at < $1
		order by id limit $2`, before, limit)
}
