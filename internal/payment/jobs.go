package payment

import (
	"context"
	"errors"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// EventArgs works one stored event of a provider.
type EventArgs struct {
	InboxID int64 `json:"inbox_id"`
}

// Kind names the job.
func (EventArgs) Kind() string { return "payment_event" }

// RefundArgs sends one claimed refund.
type RefundArgs struct {
	RefundID int64 `json:"refund_id"`
}

// Kind names the job.
func (RefundArgs) Kind() string { return "payment_refund" }

// CancelArgs closes one cancelled payment at its provider.
type CancelArgs struct {
	PaymentID int64 `json:"payment_id"`
}

// Kind names the job.
func (CancelArgs) Kind() string { return "payment_cancel" }

// RefreshArgs asks the provider about one payment.
type RefreshArgs struct {
	PaymentID int64 `json:"payment_id"`
}

// Kind names the job.
func (RefreshArgs) Kind() string { return "payment_refresh" }

// ReconcileArgs heals what got lost.
type ReconcileArgs struct{}

// Kind names the job.
func (ReconcileArgs) Kind() string { return "payment_reconcile" }

// reconcileEvery is how often the reconcile job runs, and reconcileTime how long it may take.
const (
	reconcileEvery = 5 * time.Minute
	reconcileTime  = 4 * time.Minute
)

// Jobs tells the registry how payment's jobs are worked and when the reconcile job comes round.
func Jobs(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[EventArgs]) error { return s.WorkEvent(ctx, j.Args.InboxID) })
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[RefundArgs]) error {
		return s.SendRefund(ctx, j.Args.RefundID, j.Attempt >= j.MaxAttempts)
	})
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[CancelArgs]) error {
		return s.CloseAtProvider(ctx, j.Args.PaymentID)
	})
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[RefreshArgs]) error {
		_, err := s.Refresh(ctx, j.Args.PaymentID)
		return err
	})
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[ReconcileArgs]) error { return s.Reconcile(ctx) }, jobs.Timeout(reconcileTime))
	jobs.Every(r, reconcileEvery, ReconcileArgs{})
}

// faultList collects the errors of things that do not stop each other.
type faultList []error

func (f *faultList) add(err error) {
	if err != nil {
		*f = append(*f, err)
	}
}

func (f faultList) join() error { return errors.Join(f...) }
