package payment

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const paymentColumns = `id, reference, attempt, token, buyer_person_id, email, lang, return_path, provider, provider_ref,
	intent_ref, amount, currency, state, captured_amount, refunded_amount, redirect_url, failure, created_at, expires_at,
	started_at, captured_at, checked_at, updated_at`

func selectPayment(ctx context.Context, db pg.DB, id int64) (Payment, error) {
	return pg.One[Payment](ctx, db, `select `+paymentColumns+` from payments where id = $1`, id)
}

const paymentByToken = `select ` + paymentColumns + ` from payments where token = $1`

func selectByToken(ctx context.Context, db pg.DB, token string) (Payment, bool, error) {
	return pg.Opt[Payment](ctx, db, paymentByToken, token)
}

func selectByProviderRef(ctx context.Context, db pg.DB, provider, ref, intent string) (Payment, bool, error) {
	return pg.Opt[Payment](ctx, db, `select `+paymentColumns+` from payments
		where provider = $1 and (provider_ref = nullif($2, '') or intent_ref = nullif($3, ''))
		order by id limit 1`, provider, ref, intent)
}

const latestPayment = `select ` + paymentColumns + ` from payments where reference = $1 order by attempt desc limit 1`

func selectLatest(ctx context.Context, db pg.DB, reference string) (Payment, bool, error) {
	return pg.Opt[Payment](ctx, db, latestPayment, reference)
}

func selectAttempts(ctx context.Context, db pg.DB, reference string) ([]Payment, error) {
	return pg.List[Payment](ctx, db, `select `+paymentColumns+` from payments where reference = $1 order by attempt`, reference)
}

// lockPayment takes the row lock under which every change of a payment happens.
const lockPayment = `select ` + paymentColumns + ` from payments where id = $1 for update`

func lockLatest(ctx context.Context, tx pgx.Tx, reference string) (Payment, bool, error) {
	return pg.Opt[Payment](ctx, tx, `select `+paymentColumns+` from payments
		where reference = $1 order by attempt desc limit 1 for update`, reference)
}

var insertConflicts = map[string]*errs.Error{
	"payments_attempt_key": errs.New(errs.Conflict, "payment.error.exists"),
	"payments_one_open":    errs.New(errs.Conflict, "payment.error.exists"),
}

// queuePayment writes an attempt, its shares and the first lines of its history. One that is paid on a page of ours, at
// is it, begins at once.
func queuePayment(b *pgx.Batch, n NewPayment, attempt int, token string, at *Started, now time.Time, p *Payment) {
	sellers, orders, amounts := make([]int64, len(n.Splits)), make([]int64, len(n.Splits)), make([]int64, len(n.Splits))
	for i, s := range n.Splits {
		sellers[i], orders[i], amounts[i] = s.SellerID, s.OrderID, int64(s.Amount)
	}
	state, started := Created, (*time.Time)(nil)
	if at == nil {
		at = &Started{}
	} else {
		state, started = RequiresAction, &now
	}
	b.Queue(`
		with p as (
			insert into payments (reference, attempt, token, buyer_person_id, email, lang, return_path, provider, amount,
				currency, expires_at, created_at, updated_at, state, redirect_url, provider_ref, started_at)
			values (@reference, @attempt, @token, @buyer, @email, @lang, @return_path, @provider, @amount, @currency,
				@expires_at, @now, @now, @state, @url, nullif(@ref, ''), @started)
			returning `+paymentColumns+`
		), shares as (
			insert into payment_splits (payment_id, seller_id, order_id, amount)
			select p.id, s.seller_id, s.order_id, s.amount
			from p, unnest(@sellers::bigint[], @orders::bigint[], @amounts::bigint[]) as s (seller_id, order_id, amount)
		), told as (
			insert into payment_events (payment_id, at, kind, from_state, to_state, actor)
			select p.id, @now, e.kind, 'created', e.state, e.actor
			from p, (values ('created', 'created', 'system'), ('started', 'requires_action', @provider)) as e (kind, state, actor)
			where e.kind = 'created' or p.state = e.state
		)
		select `+paymentColumns+` from p`, pg.Args{
		"reference": n.Reference, "attempt": attempt, "token": token, "buyer": n.BuyerPersonID, "email": n.Email,
		"lang": n.Lang, "return_path": n.ReturnPath, "provider": n.Provider, "amount": n.Amount,
		"currency": n.Currency, "expires_at": n.ExpiresAt, "now": now, "state": state, "url": at.URL, "ref": at.Ref, "started": started, "sellers": sellers, "orders": orders, "amounts": amounts}).
		Query(func(rows pgx.Rows) (err error) {
			*p, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Payment])
			return errs.FromPG(err, insertConflicts)
		})
}

func selectSplits(ctx context.Context, db pg.DB, paymentID int64) ([]Split, error) {
	return pg.List[Split](ctx, db, `select payment_id, seller_id, order_id, amount, captured, refunded
		from payment_splits where payment_id = $1 order by order_id`, paymentID)
}

// updateStarted keeps where the buyer pays, and notes it, unless somebody else already did. "is true" keeps
// PostgreSQL off the index of all open payments, which it may think empty.
func updateStarted(ctx context.Context, db pg.DB, id int64, s Started, now time.Time) (int64, error) {
	return pg.Exec(ctx, db, `
		with p as (
			update payments set state = 'requires_action', redirect_url = $2,
				provider_ref = coalesce(provider_ref, nullif($3, '')), started_at = $4, updated_at = $4
			where id = $1 and (state = 'created') is true returning id, provider)
		insert into payment_events (payment_id, at, kind, from_state, to_state, actor)
		select id, $4, 'started', 'created', 'requires_action', provider from p`, id, s.URL, s.Ref, now)
}

func updateState(ctx context.Context, db pg.DB, id int64, to State, failure string, now time.Time) error {
	_, err := pg.Exec(ctx, db, `update payments set state = $2, failure = $3, updated_at = $4 where id = $1`,
		id, to, failure, now)
	return err
}

// updateSeen keeps the provider's ids and when it was asked.
func updateSeen(ctx context.Context, db pg.DB, id int64, r Report) error {
	_, err := pg.Exec(ctx, db, `update payments set provider_ref = coalesce(provider_ref, nullif($2, '')),
			intent_ref = coalesce(intent_ref, nullif($3, '')), checked_at = greatest(checked_at, $4)
		where id = $1`, id, r.Ref, r.IntentRef, r.AsOf)
	return err
}

// setCaptured takes the whole amount, shares and all, keeps what updateSeen keeps, and notes it; no row comes back where
// the money was here already.
const setCaptured = `
	with p as (
		update payments set state = 'captured', captured_amount = amount, captured_at = @now, updated_at = @now, failure = '',
			provider_ref = coalesce(provider_ref, nullif(@ref, '')), intent_ref = coalesce(intent_ref, nullif(@intent, '')),
			checked_at = greatest(checked_at, @as_of)
		where id = @id and captured_at is null returning ` + paymentColumns + `
	), shares as (
		update payment_splits s set captured = s.amount from p where s.payment_id = p.id
	), told as (
		insert into payment_events (payment_id, at, kind, from_state, to_state, actor, detail)
		select id, @now, 'captured', @was, 'captured', @actor, @detail from p
	)
	select ` + paymentColumns + ` from p`

// capturing is what setCaptured is told of p as r reports it.
func capturing(p Payment, r Report, actor, detail string, now time.Time) pg.Args {
	var asOf *time.Time
	if !r.AsOf.IsZero() {
		asOf = &r.AsOf
	}
	return pg.Args{"id": p.ID, "was": p.State, "actor": actor, "detail": detail, "now": now,
		"ref": r.Ref, "intent": r.IntentRef, "as_of": asOf}
}

// insertEvent appends to a payment's history.
func insertEvent(ctx context.Context, db pg.DB, e HistoryEvent) error {
	_, err := pg.Exec(ctx, db, `insert into payment_events (payment_id, at, kind, from_state, to_state, actor, detail)
		values ($1, $2, $3, $4, $5, $6, $7)`, e.PaymentID, e.At, e.Kind, e.From, e.To, e.Actor, e.Detail)
	return err
}

func selectEvents(ctx context.Context, db pg.DB, paymentID int64) ([]HistoryEvent, error) {
	return pg.List[HistoryEvent](ctx, db, `select payment_id, at, kind, from_state, to_state, actor, detail
		from payment_events where payment_id = $1 order by id`, paymentID)
}

// selectStale finds open payments whose provider was not asked since before, longest waiting first.
func selectStale(ctx context.Context, db pg.DB, before time.Time, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `select id from payments
		where state in ('requires_action', 'processing', 'authorized') and updated_at < $1
			and coalesce(checked_at, created_at) < $1
		order by coalesce(checked_at, created_at) limit $2`, before, limit)
}

// selectUnsettled finds payments with a refund whose end the provider did not tell.
func selectUnsettled(ctx context.Context, db pg.DB, before time.Time, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `select distinct payment_id from refunds
		where state = 'sent' and tried_at < $1 order by payment_id limit $2`, before, limit)
}
