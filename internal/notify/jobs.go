package notify

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
)

// sendAttempts is how often a mail is tried: with the pauses of pause that is about half a day.
const sendAttempts = 30

// SendArgs is the job that sends one mail of the outbox.
type SendArgs struct {
	MailID int64 `json:"mail_id"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "notify.send" }

// InsertOpts gives the job its number of attempts.
func (SendArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: sendAttempts} }

// SendWorker works SendArgs.
type SendWorker struct {
	river.WorkerDefaults[SendArgs]
	Notify *Service
	// Pause gives the time before the next try; nil is the usual one.
	Pause func(attempt int) time.Duration
}

// Timeout is longer than an attempt and shorter than a claim.
func (w *SendWorker) Timeout(*river.Job[SendArgs]) time.Duration { return time.Minute }

// NextRetry spreads the attempts by a fifth, so that mails that failed together do not return together.
func (w *SendWorker) NextRetry(job *river.Job[SendArgs]) time.Time {
	wait := pause(job.Attempt)
	if w.Pause != nil {
		wait = w.Pause(job.Attempt)
	}
	return time.Now().Add(wait + time.Duration(rand.Int64N(int64(wait/5)+1)))
}

// Work sends the mail.
func (w *SendWorker) Work(ctx context.Context, job *river.Job[SendArgs]) error {
	err := w.Notify.Send(ctx, job.Args.MailID, job.Attempt >= job.MaxAttempts)
	switch {
	case errors.Is(err, errClaimed):
		return river.JobSnooze(claimLife)
	case errors.Is(err, errRefused):
		return river.JobCancel(err)
	}
	return err
}

// SweepArgs is the daily job that drops old mails.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "notify.sweep" }

// SweepWorker works SweepArgs.
type SweepWorker struct {
	river.WorkerDefaults[SweepArgs]
	Notify *Service
}

// Work drops old mails.
func (w *SweepWorker) Work(ctx context.Context, _ *river.Job[SweepArgs]) error {
	return w.Notify.Sweep(ctx)
}
