package notify

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/mail"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Enqueue writes mails to the outbox in the caller's transaction: they exist if and only if their cause does. A mail already written for its event, recipient and template
// is left as it is. Values that could smuggle a header are refused as Invalid.
func Enqueue(ctx context.Context, tx pgx.Tx, mails ...Mail) (err error) {
	b := &pgx.Batch{}
	if err := Queue(ctx, b, mails...); err != nil {
		return err
	}
	return pg.Send(ctx, tx, b)
}

// Queue is Enqueue as a part of the caller's round trip: the mails are in the outbox once the batch is sent.
func Queue(ctx context.Context, b *pgx.Batch, mails ...Mail) (err error) {
	if len(mails) == 0 {
		return nil
	}
	defer errs.Wrap(&err, "notify.Queue(%s, %s)", mails[0].Event, mails[0].Template)
	list := make([]Mail, len(mails))
	for i, m := range mails {
		if list[i], err = m.composed(ctx); err != nil {
			return err
		}
	}
	queueMails(b, list)
	return nil
}

// composed is the mail with its letter written out, if it may leave.
func (m Mail) composed(ctx context.Context) (_ Mail, err error) {
	if m.Letter != nil {
		if m.HTML, m.Text, err = Compose(ctx, m.Lang, *m.Letter); err != nil {
			return m, err
		}
		if m.Subject == "" {
			m.Subject = m.Letter.Title
		}
	}
	return m, m.check()
}

// check refuses what the mail server, or somebody's mailbox, could be tricked with.
func (m Mail) check() error {
	if m.Event == "" || m.Template == "" || m.HTML == "" || m.Text == "" {
		return fmt.Errorf("a mail needs event, template, HTML and text")
	}
	if len(m.HTML)+len(m.Text) > maxMail {
		return fmt.Errorf("a mail of %d bytes", len(m.HTML)+len(m.Text))
	}
	msg := mail.Message{ID: "check", To: m.To, ReplyTo: m.ReplyTo, Subject: m.Subject, Lang: string(m.Lang)}
	if err := msg.Check(); err != nil {
		return errs.New(errs.Invalid, "notify.unsafe").With(err)
	}
	return nil
}

// message makes the letter that goes on the wire.
func (e Entry) message() mail.Message {
	return mail.Message{ID: e.MessageID, To: e.Recipient, ReplyTo: e.ReplyTo, Subject: e.Subject,
		HTML: e.HTML, Text: e.Body, Lang: e.Lang, Date: e.CreatedAt}
}

// messageID is unguessable and the same over every attempt. Its right side names no host, because
// the copies of the program behind one outbox are many.
func messageID(secret string) string { return strings.ToLower(secret) + "@mail.yarmarka" }
