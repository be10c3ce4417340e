package notify

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
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

// Send hands one mail to the server unless that is done. A failure that may pass leaves it queued
// for the job's next attempt; one that will not marks it failed, for an operator to see.
func (s *Service) Send(ctx context.Context, id int64) (err error) {
	defer errs.Wrap(&err, "notify.Send(%d)", id)
	if s.sender == nil {
		kept, err := keepMail(ctx, s.db, id, s.now())
		if err != nil || kept {
			return err
		}
		return s.whyNot(ctx, id)
	}
	e, claimed, err := claimMail(ctx, s.db, id, s.now())
	if err != nil {
		return err
	}
	if !claimed {
		return s.whyNot(ctx, id)
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
	if permanent {
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

// Sweep looks after what has been in the outbox for long: a queued mail whose job gave up in a long
// outage gets another job, one that nobody could deliver for a week fails, and what left long ago
// is dropped. A periodic job calls it.
func (s *Service) Sweep(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "notify.Sweep")
	now := s.now()
	if err := failMails(ctx, s.db, now.Add(-giveUp)); err != nil {
		return err
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		ids, err := selectStranded(ctx, tx, now.Add(-stranded), now)
		if err != nil || len(ids) == 0 {
			return err
		}
		q, err := queue()
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := q.InsertTx(ctx, tx, SendArgs{MailID: id}, jobs.Once(), jobs.Attempts(2)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = deleteMails(ctx, s.db, now.Add(-keepMails))
	return err
}
