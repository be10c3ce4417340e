package notify

import (
	"context"
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

// List gives the latest mails, newest first, as the outbox keeps them.
func (s *Service) List(ctx context.Context) ([]Entry, error) { return selectMails(ctx, s.db, devList) }

// Get gives one mail with both its forms.
func (s *Service) Get(ctx context.Context, id int64) (Entry, error) {
	e, err := selectMail(ctx, s.db, id)
	if err != nil {
		return e, err
	}
	return e.composed(ctx)
}

// Sweep gives up mails that nobody could deliver for a week and drops what left long ago. A periodic job calls it.
func (s *Service) Sweep(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "notify.Sweep")
	now := s.now()
	if err := failMails(ctx, s.db, now.Add(-giveUp)); err != nil {
		return err
	}
	_, err = deleteMails(ctx, s.db, now.Add(-keepLife))
	return err
}
