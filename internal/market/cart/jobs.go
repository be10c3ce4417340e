package cart

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// SweepArgs forgets lines removed too long ago to be brought back.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "cart_sweep" }

// Jobs tells the registry how the sweep is worked and when it comes round.
func Jobs(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[SweepArgs]) error {
		_, err := s.Sweep(ctx)
		return err
	})
	jobs.Every(r, time.Hour, SweepArgs{})
}
