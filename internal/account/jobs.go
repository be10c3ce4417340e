package account

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// SweepArgs is the hourly job that drops what opens nothing any more.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "account.sweep" }

// Register says who works the jobs of this package.
func Register(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[SweepArgs]) error { return s.Sweep(ctx) })
	jobs.Every(r, time.Hour, SweepArgs{})
}

// sweepBatch keeps one statement short; the loop ends when a batch is not full.
const sweepBatch = 5000

// Sweep drops dead sessions, links, sign-ups, ceremonies and limits.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.o.Now()
	for {
		n, err := deleteDeadSessions(ctx, s.db, now, sweepBatch)
		if err != nil {
			return err
		}
		if n < sweepBatch {
			break
		}
	}
	if err := deleteOld(ctx, s.db, now); err != nil {
		return err
	}
	_, err := s.o.Limiter.Sweep(ctx)
	return err
}
