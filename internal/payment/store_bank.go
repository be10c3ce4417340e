package payment

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/payment/statement"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func upsertStatement(ctx context.Context, db pg.DB, sha, name, format, actor string, now time.Time) (int64, error) {
	return pg.Scalar[int64](ctx, db, `insert into bank_statements (sha256, name, format, uploaded_by, uploaded_at)
		values ($1, left($2, 200), $3, $4, $5)
		on conflict (sha256) do update set sha256 = excluded.sha256
		returning id`, sha, name, format, actor, now)
}

// insertLine keeps a bank document once; fresh is false for one that is known.
func insertLine(ctx context.Context, db pg.DB, statementID int64, l statement.Line) (id int64, fresh bool, err error) {
	ids, err := pg.Scalars[int64](ctx, db, `
		insert into bank_statement_lines (statement_id, key, number, paid_on, amount, payer, payer_inn, payer_account,
			purpose, outcome)
		values (@statement, @key, @number, @paid_on, @amount, @payer, @payer_inn, @payer_account, @purpose, 'unknown')
		on conflict on constraint bank_statement_lines_key do nothing
		returning id`, pg.Args{"statement": statementID, "key": l.Key(), "number": l.Number,
		"paid_on": l.Date, "amount": l.Amount, "payer": l.Payer, "payer_inn": l.PayerINN,
		"payer_account": l.PayerAccount, "purpose": l.Purpose})
	if err != nil || len(ids) == 0 {
		return 0, false, err
	}
	return ids[0], true, nil
}

func updateLine(ctx context.Context, db pg.DB, id int64, paymentID *int64, outcome string) error {
	_, err := pg.Exec(ctx, db, `update bank_statement_lines set payment_id = $2, outcome = $3 where id = $1`,
		id, paymentID, outcome)
	return err
}

// selectInvoices finds the bank transfers that are waited for under any of the numbers, the latest
// attempt of each purchase.
func selectInvoices(ctx context.Context, db pg.DB, numbers []string) ([]Payment, error) {
	return pg.List[Payment](ctx, db, `select distinct on (reference) `+paymentColumns+` from payments
		where provider = 'invoice' and upper(reference) = any($1)
		order by reference, attempt desc limit 10`, numbers)
}

// selectPayer finds who sent the transfer that paid, so that money can go back: name and account, or
// nothing for one that was confirmed by hand.
func selectPayer(ctx context.Context, db pg.DB, paymentID int64) ([]string, error) {
	return pg.Scalars[string](ctx, db, `select payer || ', ' || payer_account from bank_statement_lines
		where payment_id = $1 and outcome in ('paid', 'late') order by id limit 1`, paymentID)
}
