package order

import (
	"context"
	"log/slog"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// SweepArgs ends unpaid purchases whose time is over and closes parcels whose return window is.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "order_sweep" }

// sweepEvery is how often the sweep runs: an unpaid purchase lives at most so much longer.
const sweepEvery = 15 * time.Second

// sweepLimit bounds one run; the next one comes soon.
const sweepLimit = 500

// Jobs tells the registry how order's jobs are worked and when they come round.
func Jobs(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[SweepArgs]) error { return s.Sweep(ctx) })
	jobs.Every(r, sweepEvery, SweepArgs{})
}

// Sweep does what the clock asks for.
func (s *Service) Sweep(ctx context.Context) error {
	n, err := s.ExpireUnpaid(ctx, sweepLimit)
	if err != nil {
		return err
	}
	closed, err := s.CloseDelivered(ctx, sweepLimit)
	if n > 0 || closed > 0 {
		slog.InfoContext(ctx, "orders swept", "expired", n, "closed", closed)
	}
	return err
}
