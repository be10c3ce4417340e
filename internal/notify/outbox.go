package notify

import (
	"cmp"
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

// Queue is Enqueue as a part of the caller's round trip: the mails are in the outbox once the batch is sent. After an
// error the batch is of no use.
func Queue(ctx context.Context, b *pgx.Batch, mails ...Mail) (err error) {
	if len(mails) == 0 {
		return nil
	}
	defer errs.Wrap(&err, "notify.Queue(%s, %s)", mails[0].Event, mails[0].Template)
	for _, m := range mails {
		var letter *string
		if m.Letter != nil {
			said, err := m.Letter.said(ctx, m.Lang)
			if err != nil {
				return err
			}
			letter, m.HTML, m.Text, m.Subject = &said, "", "", cmp.Or(m.Subject, m.Letter.Title)
		}
		if err := m.check(); err != nil {
			return err
		}
		queueMail(b, m, letter)
	}
	return nil
}

// check refuses what the mail server, or somebody's mailbox, could be tricked with.
func (m Mail) check() error {
	if m.Event == "" || m.Template == "" || (m.Letter == nil && (m.HTML == "" || m.Text == "")) {
		return fmt.Errorf("a mail needs event, template, and a letter or HTML and text")
	}
	if n := len(m.HTML) + len(m.Text); n > maxMail {
		return fmt.Errorf("a mail of %d bytes", n)
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
