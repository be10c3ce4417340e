package notify

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// SendArgs is the job that sends one mail of the outbox.
type SendArgs struct {
	MailID int64 `json:"mail_id"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "notify.send" }

// SweepArgs is the hourly job that looks after what the outbox has kept for long.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "notify.sweep" }

// Register says who works the jobs of this package.
func Register(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, job *jobs.Job[SendArgs]) error {
		err := s.Send(ctx, job.Args.MailID)
		switch {
		case errors.Is(err, errClaimed):
			return jobs.Later(claimLife)
		case errors.Is(err, errRefused):
			return jobs.Cancel(err)
		}
		return err
	})
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[SweepArgs]) error { return s.Sweep(ctx) })
	jobs.Every(r, time.Hour, SweepArgs{})
}

// queue only writes jobs into transactions it is given: it holds no connection and no state.
var queue = sync.OnceValues(func() (*jobs.Queue, error) { return jobs.NewQueue(nil) })
