package notify

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const entryCols = `id, event, recipient, template, lang, subject, html, body, reply_to, message_id, state, attempts,
	last_error, created_at, sent_at`

// insertMail writes a mail; written is false when the same one is there already.
func insertMail(ctx context.Context, tx pgx.Tx, m Mail, secret string) (id int64, written bool, err error) {
	ids, err := pg.Scalars[int64](ctx, tx, `
		insert into mails (event, recipient, template, lang, subject, html, body, reply_to, message_id, created_at)
		values (@event, @recipient, @template, @lang, @subject, @html, @body, @reply_to, @message_id, now())
		on conflict on constraint mails_event_recipient_template_key do nothing
		returning id`,
		pgx.StrictNamedArgs{"event": m.Event, "recipient": m.To, "template": m.Template, "lang": string(m.Lang),
			"subject": m.Subject, "html": m.HTML, "body": m.Text, "reply_to": m.ReplyTo, "message_id": messageID(secret)})
	if err != nil || len(ids) == 0 {
		return 0, false, err
	}
	return ids[0], true, nil
}

// claimMail takes a queued mail for one attempt; none means it is sent, given up, or in the hands
// of another worker.
func claimMail(ctx context.Context, db pg.DB, id int64, now time.Time) (Entry, bool, error) {
	return pg.Opt[Entry](ctx, db, `
		update mails set claimed_until = $3, attempts = attempts + 1
		where id = $1 and state = 'queued' and (claimed_until is null or claimed_until < $2)
		returning `+entryCols, id, now, now.Add(claimLife))
}

// releaseMail ends a claim with what came of it.
func releaseMail(ctx context.Context, db pg.DB, id int64, state State, problem string, sentAt *time.Time) error {
	_, err := pg.Exec(ctx, db, `
		update mails set state = $2, last_error = $3, sent_at = $4, claimed_until = null where id = $1`,
		id, string(state), problem, sentAt)
	return err
}

func selectState(ctx context.Context, db pg.DB, id int64) (State, error) {
	s, err := pg.Scalar[string](ctx, db, `select state from mails where id = $1`, id)
	return State(s), err
}

func selectMail(ctx context.Context, db pg.DB, id int64) (Entry, error) {
	return pg.One[Entry](ctx, db, `select `+entryCols+` from mails where id = $1`, id)
}

func selectMails(ctx context.Context, db pg.DB, limit int) ([]Entry, error) {
	return pg.List[Entry](ctx, db, `
		select `+entryCols+` from mails order by created_at desc, id desc limit $1`, limit)
}

// selectStranded finds queued mails that their first job has given up by now.
func selectStranded(ctx context.Context, db pg.DB, before, now time.Time) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select id from mails where state = 'queued' and created_at < $1 and (claimed_until is null or claimed_until < $2)
		order by id limit 1000`, before, now)
}

// failMails gives up mails that have waited since before a moment.
func failMails(ctx context.Context, db pg.DB, before time.Time) error {
	_, err := pg.Exec(ctx, db, `update mails set state = 'failed' where state = 'queued' and created_at < $1`, before)
	return err
}

func deleteMails(ctx context.Context, db pg.DB, before time.Time) (int64, error) {
	return pg.Exec(ctx, db, `delete from mails where created_at < $1 and state <> 'queued'`, before)
}
