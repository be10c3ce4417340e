package payment

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// sandboxRow is a payment in the sandbox's own books.
type sandboxRow struct {
	Token    string
	Amount   money.Amount
	Currency money.Currency
	State    string
	AnswerAt *time.Time
	Refunded money.Amount
}

func selectSandbox(ctx context.Context, db pg.DB, token string) (sandboxRow, bool, error) {
	return pg.Opt[sandboxRow](ctx, db, `select token, amount, currency, state, answer_at, refunded
		from sandbox_payments where token = $1`, token)
}

// updateSandbox decides a payment that is not decided yet; a late bank may still be heard. ok is false
// where it was decided before.
func updateSandbox(ctx context.Context, db pg.DB, token, to string, answerAt *time.Time) (row sandboxRow, ok bool, err error) {
	return pg.Opt[sandboxRow](ctx, db, setSandbox, token, to, answerAt)
}

// What was paid is settled next, and that commit waits for this one, too: it need not reach the disk by itself.
const setSandbox = `
	insert into sandbox_payments as x (token, amount, currency, state, answer_at)
	select token, amount, currency, $2::text, $3::timestamptz
	from payments, (select case when $2::text = 'paid' then set_config('synchronous_commit', 'off', true) end) as unwaited
	where token = $1 and provider = 'sandbox'
	on conflict (token) do update set state = excluded.state, answer_at = excluded.answer_at
	where x.state in ('open', 'confirming') or x.state = 'later' and excluded.state in ('paid', 'ended')
		or x.state = 'silent' and excluded.state = 'ended'
	returning token, amount, currency, state, answer_at, refunded`

// decideSandbox is updateSandbox that reads the payment, too, in the same transaction and round trip; to "" reads only. A
// token that names no payment is NotFound, one that is not the sandbox's has no row.
func decideSandbox(ctx context.Context, db pg.DB, token, to string, answerAt *time.Time) (p Payment, row sandboxRow, err error) {
	var payments []Payment
	var rows []sandboxRow
	b := &pgx.Batch{}
	b.Queue(paymentByToken, token).Query(pg.Into(&payments))
	if to != "" {
		b.Queue(setSandbox, token, to, answerAt).Query(pg.Into(&rows))
	}
	if err := pg.Send(ctx, db, b); err != nil {
		return p, row, err
	}
	if len(payments) == 0 {
		return p, row, errs.New(errs.NotFound, "error.not_found")
	}
	if len(rows) > 0 {
		row = rows[0]
	}
	return payments[0], row, nil
}

// sandboxPayment is a payment beside what the sandbox says of it.
type sandboxPayment struct {
	Payment
	Step string
}

func selectSandboxPayment(ctx context.Context, db pg.DB, token string) (sandboxPayment, error) {
	return pg.One[sandboxPayment](ctx, db, `select `+paymentColumns+`,
			coalesce((select x.state from sandbox_payments x where x.token = payments.token), 'open') as step
		from payments where token = $1 and provider = 'sandbox'`, token)
}

// insertSandboxRefund books a refund once under its key; done is false when that much is not left.
func insertSandboxRefund(ctx context.Context, db pg.DB, key, token string, a money.Amount) (done bool, err error) {
	_, err = pg.Exec(ctx, db, `
		with paid as (
			update sandbox_payments set refunded = refunded + $3
			where token = $2 and state = 'paid' and amount - refunded >= $3
				and not exists (select from sandbox_refunds where key = $1)
			returning token)
		insert into sandbox_refunds (key, token, amount) select $1, token, $3 from paid`, key, token, a)
	if err != nil {
		return false, err
	}
	n, err := pg.Scalar[int](ctx, db, `select count(*)::int from sandbox_refunds where key = $1 and amount = $2`, key, a)
	return n == 1, err
}
