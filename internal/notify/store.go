package notify

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const entryCols = `id, event, recipient, template, lang, subject, letter, coalesce(html, '') as html, coalesce(body, '') as body,
	reply_to, message_id, state, attempts, last_error, created_at, sent_at`

// queueMail writes a mail that is not there already. Beside a letter its forms are null.
func queueMail(b *pgx.Batch, m Mail, letter *string) {
	b.Queue(`
		insert into mails (event, recipient, template, lang, subject, letter, html, body, reply_to, message_id, created_at)
		values ($1, $2, $3, $4, $5, $6, nullif($7, ''), nullif($8, ''), $9, $10, now())
		on conflict on constraint mails_event_recipient_template_key do nothing`,
		m.Event, m.To, m.Template, string(m.Lang), m.Subject, letter, m.HTML, m.Text, m.ReplyTo, messageID(rand.Text()))
}

// due finds mails whose time has come, the longest waiting first: new ones, those put off until now, and those
// whose worker has died with its claim. Other workers' mails are passed over.
const due = `
	select id from mails where state = 'queued' and coalesce(claimed_until, '-infinity'::timestamptz) < $1
	order by coalesce(claimed_until, '-infinity'::timestamptz), id limit $2 for update skip locked`

// claimMails takes mails for one attempt each.
func claimMails(ctx context.Context, db pg.DB, limit int, now time.Time) ([]Entry, error) {
	return pg.List[Entry](ctx, db, `
		update mails set claimed_until = $3, attempts = attempts + 1, last_error = '' where id in (`+due+`)
		returning `+entryCols, now, limit, now.Add(claimLife))
}

// keepMails ends mails that nobody sends: they stay to be read.
func keepMails(ctx context.Context, db pg.DB, limit int, now time.Time) (int, error) {
	n, err := pg.Exec(ctx, db, `
		update mails set state = 'kept', attempts = attempts + 1, claimed_until = null where id in (`+due+`)`, now, limit)
	return int(n), err
}

// releaseMail ends a claim with what came of it.
func releaseMail(ctx context.Context, db pg.DB, id int64, state State, problem string, sentAt *time.Time) error {
	_, err := pg.Exec(ctx, db, `
		update mails set state = $2, last_error = $3, sent_at = $4, claimed_until = null where id = $1`,
		id, string(state), problem, sentAt)
	return err
}

// putOff ends a claim until the next attempt.
func putOff(ctx context.Context, db pg.DB, id int64, problem string, until time.Time) error {
	_, err := pg.Exec(ctx, db, `update mails set last_error = $2, claimed_until = $3 where id = $1`, id, problem, until)
	return err
}

// handBack ends a claim that came to nothing: anybody may take the mail at once.
func handBack(ctx context.Context, db pg.DB, id int64) error {
	_, err := pg.Exec(ctx, db, `update mails set claimed_until = null, attempts = attempts - 1 where id = $1`, id)
	return err
}

func selectMail(ctx context.Context, db pg.DB, id int64) (Entry, error) {
	return pg.One[Entry](ctx, db, `select `+entryCols+` from mails where id = $1`, id)
}

func selectMails(ctx context.Context, db pg.DB, limit int) ([]Entry, error) {
	return pg.List[Entry](ctx, db, `select `+entryCols+` from mails order by id desc limit $1`, limit)
}

// failMails gives up mails that have waited since before a moment.
func failMails(ctx context.Context, db pg.DB, before time.Time) error {
	_, err := pg.Exec(ctx, db, `update mails set state = 'failed' where state = 'queued' and created_at < $1`, before)
	return err
}

func deleteMails(ctx context.Context, db pg.DB, before time.Time) (int64, error) {
	return pg.Exec(ctx, db, `delete from mails where created_at < $1 and state <> 'queued'`, before)
}
