package payment

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// inboxRow is a stored event of a provider.
type inboxRow struct {
	ID          int64
	Provider    string
	EventID     string
	Type        string
	Payload     string
	ProcessedAt *time.Time
}

// insertInbox stores an event once; ok is false for one that is there already.
func insertInbox(ctx context.Context, db pg.DB, provider, source string, e Event, now time.Time) (id int64, ok bool, err error) {
	ids, err := pg.Scalars[int64](ctx, db, `
		insert into webhook_inbox (provider, event_id, type, api_version, livemode, account, source, payload, occurred_at,
			received_at)
		values (@provider, @event_id, @type, @api_version, @livemode, @account, @source, @payload, @occurred_at, @now)
		on conflict on constraint webhook_inbox_event_key do nothing
		returning id`, pg.Args{"provider": provider, "event_id": e.ID, "type": e.Type,
		"api_version": e.APIVersion, "livemode": e.Livemode, "account": e.Account, "source": source,
		"payload": string(e.Payload), "occurred_at": e.At, "now": now})
	if err != nil || len(ids) == 0 {
		return 0, false, err
	}
	return ids[0], true, nil
}

func selectInbox(ctx context.Context, db pg.DB, id int64) (inboxRow, error) {
	return pg.One[inboxRow](ctx, db, `select id, provider, event_id, type, payload::text as payload, processed_at
		from webhook_inbox where id = $1`, id)
}

func updateInboxDone(ctx context.Context, db pg.DB, id int64, outcome string, now time.Time) error {
	_, err := pg.Exec(ctx, db, `update webhook_inbox set processed_at = $3, outcome = $2, error = ''
		where id = $1 and processed_at is null`, id, outcome, now)
	return err
}

func updateInboxError(ctx context.Context, db pg.DB, id int64, text string) error {
	_, err := pg.Exec(ctx, db, `update webhook_inbox set error = $2 where id = $1 and processed_at is null`, id, text)
	return err
}

// selectInboxStuck finds stored events that nobody worked since before.
func selectInboxStuck(ctx context.Context, db pg.DB, before time.Time, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `select id from webhook_inbox where processed_at is null and received_at < $1
		order by id limit $2`, before, limit)
}

// purgeInbox empties the bodies of events that were worked before a moment; that they came stays known.
func purgeInbox(ctx context.Context, db pg.DB, before time.Time) error {
	_, err := pg.Exec(ctx, db, `update webhook_inbox set payload = '{}'
		where id in (select id from webhook_inbox where processed_at < $1 and payload::text <> '{}' order by id limit 1000)`, before)
	return err
}

func selectCursor(ctx context.Context, db pg.DB, provider string) (time.Time, error) {
	at, err := pg.Scalars[time.Time](ctx, db, `select events_to from payment_cursors where provider = $1`, provider)
	if err != nil || len(at) == 0 {
		return time.Time{}, err
	}
	return at[0], nil
}

func upsertCursor(ctx context.Context, db pg.DB, provider string, to, now time.Time) error {
	_, err := pg.Exec(ctx, db, `insert into payment_cursors (provider, events_to, updated_at) values ($1, $2, $3)
		on conflict (provider) do update set events_to = greatest(payment_cursors.events_to, excluded.events_to),
			updated_at = excluded.updated_at`, provider, to, now)
	return err
}
