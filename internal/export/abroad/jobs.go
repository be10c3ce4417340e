package abroad

import (
	"context"
	"log/slog"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// WalkArgs asks for Walk.
type WalkArgs struct{}

// Kind names the job.
func (WalkArgs) Kind() string { return "abroad.walk" }

// PriceArgs asks for Price.
type PriceArgs struct {
	Country string `json:"country"`
}

// Kind names the job.
func (PriceArgs) Kind() string { return "abroad.price" }

// How often it is looked whether the law is another, and how long a job may take.
const (
	walkEvery = 30 * time.Second
	jobTakes  = 2 * time.Minute
)

// Jobs registers the package's work.
func Jobs(r *jobs.Registry, s *Service, q *jobs.Queue) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[WalkArgs]) error {
		_, err := s.Walk(ctx)
		return unlessAway(ctx, err)
	}, jobs.Timeout(jobTakes))
	jobs.Every(r, walkEvery, WalkArgs{})
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[PriceArgs]) error {
		left, err := s.Price(ctx, j.Args.Country)
		if err == nil && left {
			return jobs.Later(time.Second)
		}
		return unlessAway(ctx, err)
	}, jobs.Timeout(jobTakes))
	s.AskPrices = func(ctx context.Context, country string) error {
		return q.Insert(ctx, PriceArgs{Country: country}, jobs.Once(), jobs.Low())
	}
}

// unlessAway is err, unless it says that the post or the bank's rates are away or were never configured: what was found
// out last holds, and the round is asked for again in any case. Tried over as a job that failed, it would be given up in
// a market that sends nothing abroad.
func unlessAway(ctx context.Context, err error) error {
	if errs.Is(err, errs.Unavailable) {
		slog.DebugContext(ctx, "where things may be sent is not looked at", "err", err)
		return nil
	}
	return err
}
