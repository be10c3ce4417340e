package notify

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/mail"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service sends what the outbox holds.
type Service struct {
	db     pg.DB
	sender mail.Sender
	now    func() time.Time
}

// New makes the service. Without a sender mails are kept to be read at /dev/mail.
func New(db pg.DB, sender mail.Sender, now func() time.Time) *Service {
	return &Service{db: db, sender: sender, now: now}
}

// errClaimed says that another worker holds the mail: come back when its claim has ended.
var errClaimed = errors.New("the mail is in the hands of another worker")

// errRefused says that trying again cannot help.
var errRefused = errors.New("the mail was refused for good")

// Send hands one mail to the server unless that is done. last says that no attempt will follow:
// a failure then marks the mail failed, for an operator to see.
func (s *Service) Send(ctx context.Context, id int64, last bool) (err error) {
	defer errs.Wrap(&err, "notify.Send(%d)", id)
	e, claimed, err := claimMail(ctx, s.db, id, s.now())
	if err != nil {
		return err
	}
	if !claimed {
		return s.whyNot(ctx, id)
	}
	if s.sender == nil {
		return releaseMail(ctx, s.db, id, Kept, "", nil)
	}
	sending, cancel := context.WithTimeout(ctx, sendLife)
	defer cancel()
	failure := s.sender.Send(sending, e.message())
	// The answer is written down even when the worker is asked to stop meanwhile.
	ctx = context.WithoutCancel(ctx)
	if failure == nil {
		now := s.now()
		return releaseMail(ctx, s.db, id, Sent, "", &now)
	}
	permanent := mail.Permanent(failure)
	state := Queued
	if permanent || last {
		state = Failed
	}
	if err := releaseMail(ctx, s.db, id, state, problemOf(failure), nil); err != nil {
		return errors.Join(failure, err)
	}
	if permanent {
		return errors.Join(errRefused, failure)
	}
	return failure
}

func (s *Service) whyNot(ctx context.Context, id int64) error {
	state, err := selectState(ctx, s.db, id)
	if errs.Is(err, errs.NotFound) {
		return nil // swept away: nothing is left to send
	}
	if err != nil || state != Queued {
		return err
	}
	return errClaimed
}

// maxProblem bounds the text of a failure kept beside the mail.
const maxProblem = 300

func problemOf(err error) string {
	text := []rune(err.Error())
	return string(text[:min(len(text), maxProblem)])
}

// List gives the latest mails, newest first.
func (s *Service) List(ctx context.Context) ([]Entry, error) { return selectMails(ctx, s.db, devList) }

// Get gives one mail.
func (s *Service) Get(ctx context.Context, id int64) (Entry, error) { return selectMail(ctx, s.db, id) }

// Sweep drops mails that left long ago. A periodic job calls it.
func (s *Service) Sweep(ctx context.Context) error {
	n, err := deleteMails(ctx, s.db, s.now().Add(-keepMails))
	if n > 0 {
		slog.InfoContext(ctx, "old mails dropped", "count", n)
	}
	return err
}
