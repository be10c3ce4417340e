package account

import (
	"context"

	"github.com/riverqueue/river"
)

// SweepArgs is the hourly job that drops what opens nothing any more.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "account.sweep" }

// SweepWorker works SweepArgs.
type SweepWorker struct {
	river.WorkerDefaults[SweepArgs]
	Account *Service
}

// Work drops dead sessions, links, sign-ups, ceremonies and limits.
func (w *SweepWorker) Work(ctx context.Context, _ *river.Job[SweepArgs]) error {
	return w.Account.Sweep(ctx)
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
