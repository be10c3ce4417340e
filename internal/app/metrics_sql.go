package app

import (
	"context"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/backup"
	"github.com/yarmarka/yarmarka/internal/platform/metrics"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// readQueues reads what waits to be done: jobs, mails, messages of providers, refunds, and holds past their time.
// Each question walks an index that holds only what is open.
func readQueues(ctx context.Context, db pg.DB) ([]metrics.Value, error) {
	q, err := pg.One[queues](ctx, db, `
		select
			(select count(*) from river_job where state = 'available') as available,
			(select count(*) from river_job where state = 'running') as running,
			(select count(*) from river_job where state = 'retryable') as retryable,
			(select count(*) from river_job where state = 'scheduled') as scheduled,
			(select count(*) from river_job where state = 'discarded') as given_up,
			(select coalesce(extract(epoch from now() - min(scheduled_at)), 0)::float8 from river_job
				where state = 'available' and scheduled_at <= now()) as job_age,
			(select coalesce(extract(epoch from now() - min(attempted_at)), 0)::float8 from river_job where state = 'running') as job_running,
			(select count(*) from mails where state = 'queued') as mails,
			(select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from mails where state = 'queued') as mail_age,
			(select count(*) from webhook_inbox where processed_at is null) as webhooks,
			(select coalesce(extract(epoch from now() - min(received_at)), 0)::float8 from webhook_inbox where processed_at is null) as webhook_age,
			(select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from refunds where state in ('pending', 'needs_reconcile')) as refund_age,
			(select count(*) from payment_alerts where resolved_at is null) as alerts,
			(select count(*) from holds where state = 'held') as holds,
			(select coalesce(extract(epoch from now() - min(expires_at)), 0)::float8 from holds where state = 'held' and expires_at < now()) as hold_late,
			(select count(*) from purchases where paid_at is null and closed_at is null) as unpaid,
			(select coalesce(extract(epoch from now() - min(pay_by)), 0)::float8 from purchases
				where paid_at is null and closed_at is null and pay_by < now()) as unpaid_late,
			(select count(*) from export_parcels where stuck_at is not null) as stuck,
			(select coalesce(extract(epoch from now() - min(stuck_at)), 0)::float8 from export_parcels where stuck_at is not null) as stuck_age,
			(select coalesce(extract(epoch from now() - min(poll_at)), 0)::float8 from export_parcels where poll_at < now()) as follow_late,
			(select coalesce(extract(epoch from now() - max(day) at time zone 'Europe/Moscow'), -1)::float8 from currency_rates) as rates_age`)
	return q.values(), err
}

type queues struct {
	Available, Running, Retryable, Scheduled, GivenUp int64
	Mails, Webhooks, Alerts, Holds, Unpaid, Stuck     int64
	JobAge, JobRunning, MailAge, WebhookAge           float64
	RefundAge, HoldLate, UnpaidLate, RatesAge         float64
	StuckAge, FollowLate                              float64
}

func (q queues) values() []metrics.Value {
	jobs := func(state string, n int64) metrics.Value {
		return metrics.Value{Name: "yarmarka_jobs", Help: "Background jobs by state.", LabelName: "state", Label: state, Value: float64(n)}
	}
	return []metrics.Value{
		jobs("available", q.Available), jobs("running", q.Running), jobs("retryable", q.Retryable), jobs("scheduled", q.Scheduled), jobs("given_up", q.GivenUp),
		{Name: "yarmarka_job_oldest_seconds", Help: "How long the oldest job that could be worked has been waiting.", Value: q.JobAge},
		{Name: "yarmarka_job_longest_seconds", Help: "How long the job longest at work has been running.", Value: q.JobRunning},
		{Name: "yarmarka_export_parcels_stuck", Help: "Foreign parcels that no step takes further by itself: a person has to look.", Value: float64(q.Stuck)},
		{Name: "yarmarka_export_parcel_stuck_oldest_seconds", Help: "How long the oldest stuck foreign parcel has been waiting for a person.", Value: q.StuckAge},
		{Name: "yarmarka_export_follow_late_seconds", Help: "How far past its turn the post is asked about a foreign parcel.", Value: q.FollowLate},
		{Name: "yarmarka_mails_waiting", Help: "Mails in the outbox.", Value: float64(q.Mails)},
		{Name: "yarmarka_mail_oldest_seconds", Help: "Age of the oldest mail in the outbox.", Value: q.MailAge},
		{Name: "yarmarka_webhooks_waiting", Help: "Stored messages of payment providers not worked yet.", Value: float64(q.Webhooks)},
		{Name: "yarmarka_webhook_lag_seconds", Help: "Age of the oldest message of a payment provider not worked yet.", Value: q.WebhookAge},
		{Name: "yarmarka_refund_oldest_seconds", Help: "Age of the oldest refund not sent, or needing a person.", Value: q.RefundAge},
		{Name: "yarmarka_payment_alerts_open", Help: "Payments that a person must look at.", Value: float64(q.Alerts)},
		{Name: "yarmarka_holds", Help: "Lines of stock held for checkouts and unpaid orders.", Value: float64(q.Holds)},
		{Name: "yarmarka_hold_overdue_seconds", Help: "How long past its end the oldest hold is.", Value: q.HoldLate},
		{Name: "yarmarka_purchases_unpaid", Help: "Purchases waiting for their money.", Value: float64(q.Unpaid)},
		{Name: "yarmarka_purchase_overdue_seconds", Help: "How long past its time to pay the oldest unpaid purchase is.", Value: q.UnpaidLate},
		{Name: "yarmarka_rates_age_seconds", Help: "How long the last exchange rates have been in force; negative before their day, and -1 while there are none.", Value: q.RatesAge},
	}
}

// books are questions whose answer must be zero: rows, or money in minor units, that contradict each other.
var books = map[string]string{
	"money": `select coalesce(sum(abs(d)), 0)::bigint from (
		select currency, sum(a) as d from (
			select currency, captured_amount - refunded_amount as a from payments
			union all
			select currency, -(total - refunded) from orders where paid_at is not null
		) x group by currency) y`,
	"shares": `select count(*) from (
		select p.id from payments p join payment_splits s on s.payment_id = p.id
		group by p.id having sum(s.captured) <> p.captured_amount or sum(s.refunded) <> p.refunded_amount) x`,
	"reserved": `select count(*) from (
		select offer_id from (
			select offer_id, reserved as n from offer_stock where reserved <> 0
			union all
			select offer_id, -qty from holds where state = 'held'
		) x group by offer_id having sum(n) <> 0) y`,
	"paid_without_money": `select count(*) from purchases p where p.paid_at is not null
		and not exists (select from payments y where y.reference = p.number and y.captured_at is not null)`,
	"refunds": `select count(*) from (
		select order_id from (
			select id as order_id, refunded as a from orders where refunded <> 0
			union all
			select order_id, -amount from cancellations
		) x group by order_id having sum(a) <> 0) y`,
}

// readBooks asks what can never be: each value is a drift that a person must look at.
func readBooks(ctx context.Context, db *pgxpool.Pool) ([]metrics.Value, error) {
	var values []metrics.Value
	// One snapshot: a purchase between two questions is no drift.
	err := pgx.BeginTxFunc(ctx, db, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		values = nil
		for check, sql := range books {
			n, err := pg.Scalar[int64](ctx, tx, sql)
			if err != nil {
				return fmt.Errorf("%s: %w", check, err)
			}
			values = append(values, metrics.Value{Name: "yarmarka_drift", LabelName: "check", Label: check, Value: float64(n),
				Help: "What contradicts itself in the books: rows, or minor units of money; always 0."})
		}
		return nil
	})
	return values, err
}

func readBackup(ctx context.Context, db pg.DB) ([]metrics.Value, error) {
	last, err := backup.Last(ctx, db)
	if err != nil {
		return nil, err
	}
	seconds := 0.0
	if !last.IsZero() {
		seconds = float64(last.Unix())
	}
	return []metrics.Value{{Name: "yarmarka_backup_timestamp_seconds", Help: "When the last backup was finished; 0: never.", Value: seconds}}, nil
}

// tally counts rows of a growing table without counting all of them each time: those up to a floor, a minute old and
// settled, were counted before.
type tally struct {
	db    *pgxpool.Pool
	mu    sync.Mutex
	known map[string]struct{ floor, below int64 }
}

// happenings are what a shop counts: the table, its time, and which of its rows.
var happenings = map[string][3]string{
	"placed":    {"purchases", "placed_at", "true"},
	"paid":      {"payment_events", "at", "kind = 'captured'"},
	"cancelled": {"cancellations", "at", "true"},
	"refunded":  {"payment_events", "at", "kind = 'refund_succeeded'"},
}

func (t *tally) read(ctx context.Context) ([]metrics.Value, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil {
		t.known = map[string]struct{ floor, below int64 }{}
	}
	var values []metrics.Value
	for event, h := range happenings {
		was := t.known[event]
		type row struct{ Top, Settled, Above int64 }
		got, err := pg.One[row](ctx, t.db, fmt.Sprintf(`
			with top as (select coalesce(max(id), $1) as id from %[1]s where id > $1 and %[2]s < now() - interval '1 minute')
			select (select id from top) as top, count(*) filter (where x.id <= (select id from top)) as settled, count(*) as above
			from %[1]s x where x.id > $1 and %[3]s`, h[0], h[1], h[2]), was.floor)
		if err != nil {
			return nil, err
		}
		values = append(values, metrics.Value{Name: "yarmarka_orders_total", Help: "Purchases placed and paid, orders called off, refunds, since the beginning.",
			LabelName: "event", Label: event, Value: float64(was.below + got.Above), Counter: true})
		was.floor, was.below = got.Top, was.below+got.Settled
		t.known[event] = was
	}
	return values, nil
}
