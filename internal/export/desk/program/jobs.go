package program

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// SweepArgs forgets answers of the API that nobody will ask for again.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "desk_sweep" }

// Jobs tells the registry how the sweep is worked and when it comes round.
func Jobs(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[SweepArgs]) error {
		_, err := s.Sweep(ctx)
		return err
	})
	jobs.Every(r, 6*time.Hour, SweepArgs{})
}

// Sweep forgets them.
func (s *Service) Sweep(ctx context.Context) (int64, error) {
	return deleteCalls(ctx, s.DB, s.Now().Add(-callsKept))
}
