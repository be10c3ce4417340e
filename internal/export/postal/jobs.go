package postal

import (
	"context"
	"errors"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

type dictionaryArgs struct{}

// Kind names the job.
func (dictionaryArgs) Kind() string { return "postal.refresh" }

// Jobs adds the background work: the dictionary of countries and the day's limit several times a day, and the end of
// what is too old.
func Jobs(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[dictionaryArgs]) error { return s.Keep(ctx) })
	jobs.Every(r, 6*time.Hour, dictionaryArgs{})
}

// Keep brings what is kept of the post's words up to date. A post that is not connected is left alone.
func (s *Service) Keep(ctx context.Context) error {
	var err error
	if s.post.priced() {
		err = s.RefreshDictionary(ctx, dayOf(s.now()))
	}
	if s.post.connected() {
		// The limit is learned anew with each round; that the post will not tell it is no fault of ours.
		if e := s.LearnLimit(ctx); !Down(e) && !errs.Is(e, errs.TooMany) {
			err = errors.Join(err, e)
		}
	}
	today := dayOf(s.now())
	_, oldPrices := deleteOldPrices(ctx, s.db, today.Add(-historyKept))
	_, oldRequests := deleteOldRequests(ctx, s.db, today.AddDate(0, -1, 0))
	return errors.Join(err, oldPrices, oldRequests)
}
