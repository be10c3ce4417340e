package order

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
)

// SweepArgs ends unpaid purchases whose time is over and closes parcels whose return window is.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "order_sweep" }

// SweepEvery is how often the sweep runs: an unpaid purchase lives at most so much longer.
const SweepEvery = 15 * time.Second

// SweepWorker runs SweepArgs.
type SweepWorker struct {
	river.WorkerDefaults[SweepArgs]
	S *Service
}

// sweepLimit bounds one run; the next one comes soon.
const sweepLimit = 500

// Work does the job.
func (w *SweepWorker) Work(ctx context.Context, _ *river.Job[SweepArgs]) error {
	n, err := w.S.ExpireUnpaid(ctx, sweepLimit)
	if err != nil {
		return err
	}
	closed, err := w.S.CloseDelivered(ctx, sweepLimit)
	if n > 0 || closed > 0 {
		slog.InfoContext(ctx, "orders swept", "expired", n, "closed", closed)
	}
	return err
}
