package notify

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// SendArgs is a mail's own job, as programs before this one wrote it: during an upgrade both run side by side.
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
	jobs.Standing(r, "notify.deliver", deliverPause, s.Deliver)
	// The mail is in the outbox, which is delivered anyway.
	jobs.Add(r, func(context.Context, *jobs.Job[SendArgs]) error { return nil })
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[SweepArgs]) error { return s.Sweep(ctx) })
	jobs.Every(r, time.Hour, SweepArgs{})
}
