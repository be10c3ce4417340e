package notify

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/mail"
)

const (
	// deliverPause is how long the outbox is left alone after it was found empty.
	deliverPause = 250 * time.Millisecond
	// keepBatch and sendBatch are how many mails one look takes; senders of them leave at once.
	keepBatch = 500
	sendBatch = 24
	senders   = 4
)

// Deliver takes mails whose time has come and hands them to the server, several at once; it says how many it took, and 0
// where they are only kept and those were all. Any number of programs may deliver side by side. A failure that may pass
// puts a mail off (see retryIn), one that will not marks it failed, for an operator to see. Once ending is closed no
// further mail is begun: those not begun go back.
func (s *Service) Deliver(ctx context.Context, ending <-chan struct{}) (n int, err error) {
	defer errs.Wrap(&err, "notify.Deliver")
	if s.sender == nil { // nobody waits for these: what is written meanwhile is kept together after the pause
		if n, err = keepMails(ctx, s.db, keepBatch, s.now()); n < keepBatch {
			n = 0
		}
		return n, err
	}
	began := time.Now()
	list, err := claimMails(ctx, s.db, sendBatch, s.now())
	if err != nil || len(list) == 0 {
		return 0, err
	}
	late := func() bool { // the claims must outlive whatever is begun
		select {
		case <-ending:
			return true
		default:
			return ctx.Err() != nil || time.Since(began) > claimLife-sendLife
		}
	}
	return len(list), s.sendAll(ctx, list, late)
}

// sendAll sends what is claimed, until it is late.
func (s *Service) sendAll(ctx context.Context, list []Entry, late func() bool) error {
	work := make(chan Entry, len(list))
	for _, e := range list {
		work <- e
	}
	close(work)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for range min(senders, len(list)) {
		wg.Go(func() {
			for e := range work {
				err := s.one(ctx, e, late())
				mu.Lock()
				failed = errors.Join(failed, err)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return failed
}

// one sends a claimed mail and writes down what came of it, also when the worker is asked to stop meanwhile. An
// error is one of the books: what a mail server says is kept beside the mail.
func (s *Service) one(ctx context.Context, e Entry, late bool) error {
	books := context.WithoutCancel(ctx)
	if late {
		return handBack(books, s.db, e.ID)
	}
	e, broken := e.composed(books)
	if broken != nil {
		slog.ErrorContext(ctx, "mail cannot be composed", "mail", e.ID, "template", e.Template)
		return releaseMail(books, s.db, e.ID, Failed, problemOf(broken), nil)
	}
	sending, cancel := context.WithTimeout(ctx, sendLife)
	defer cancel()
	failure := s.sender.Send(sending, e.message())
	now := s.now()
	switch {
	case failure == nil:
		return releaseMail(books, s.db, e.ID, Sent, "", &now)
	case mail.Permanent(failure):
		slog.WarnContext(ctx, "mail refused for good", "mail", e.ID, "template", e.Template)
		return releaseMail(books, s.db, e.ID, Failed, problemOf(failure), nil)
	case ctx.Err() != nil:
		return handBack(books, s.db, e.ID) // our end, not the server's fault
	}
	slog.InfoContext(ctx, "mail put off", "mail", e.ID, "template", e.Template, "attempt", e.Attempts)
	return putOff(books, s.db, e.ID, problemOf(failure), now.Add(retryIn(e.Attempts)))
}

// retryIn is how long a mail rests after so many attempts: a second, sixteen, a minute and a half, four, ten … and
// never longer than six hours, until it is too old to matter.
func retryIn(attempts int) time.Duration {
	n := time.Duration(min(max(attempts, 1), 100))
	return min(n*n*n*n*time.Second, 6*time.Hour)
}

// maxProblem bounds the text of a failure kept beside the mail.
const maxProblem = 300

func problemOf(err error) string {
	text := []rune(err.Error())
	return string(text[:min(len(text), maxProblem)])
}
