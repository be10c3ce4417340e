package notify

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const entryCols = `id, event, recipient, template, lang, subject, html, body, reply_to, message_id, state, attempts,
	last_error, created_at, sent_at`

// insertMails writes mails and gives the ids of those that were not there already.
func insertMails(ctx context.Context, tx pgx.Tx, mails []Mail) ([]int64, error) {
	args := pgx.StrictNamedArgs{}
	for name, of := range map[string]func(Mail) string{
		"event": func(m Mail) string { return m.Event }, "recipient": func(m Mail) string { return m.To },
		"template": func(m Mail) string { return m.Template }, "lang": func(m Mail) string { return string(m.Lang) },
		"subject": func(m Mail) string { return m.Subject }, "html": func(m Mail) string { return m.HTML },
		"body": func(m Mail) string { return m.Text }, "reply_to": func(m Mail) string { return m.ReplyTo },
		"message_id": func(Mail) string { return messageID(rand.Text()) },
	} {
		column := make([]string, len(mails))
		for i, m := range mails {
			column[i] = of(m)
		}
		args[name] = column
	}
	return pg.Scalars[int64](ctx, tx, `
		insert into mails (event, recipient, template, lang, subject, html, body, reply_to, message_id, created_at)
		select event, recipient, template, lang, subject, html, body, reply_to, message_id, now()
		from unnest(@event::text[], @recipient::text[], @template::text[], @lang::text[], @subject::text[], @html::text[],
			@body::text[], @reply_to::text[], @message_id::text[])
			as m (event, recipient, template, lang, subject, html, body, reply_to, message_id)
		on conflict on constraint mails_event_recipient_template_key do nothing
		returning id`, args)
}

// claimMail takes a queued mail for one attempt; none means it is sent, given up, or in the hands
// of another worker.
func claimMail(ctx context.Context, db pg.DB, id int64, now time.Time) (Entry, bool, error) {
	return pg.Opt[Entry](ctx, db, `
		update mails set claimed_until = $3, attempts = attempts + 1
		where id = $1 and state = 'queued' and (claimed_until is null or claimed_until < $2)
		returning `+entryCols, id, now, now.Add(claimLife))
}

// keepMail ends a queued mail that nobody sends: it stays to be read.
func keepMail(ctx context.Context, db pg.DB, id int64, now time.Time) (bool, error) {
	n, err := pg.Exec(ctx, db, `
		update mails set state = 'kept', attempts = attempts + 1, claimed_until = null
		where id = $1 and state = 'queued' and (claimed_until is null or claimed_until < $2)`, id, now)
	return n == 1, err
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
