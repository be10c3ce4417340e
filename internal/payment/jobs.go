package payment

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
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

// ReconcileArgs heals what got lost; it runs every ReconcileEvery.
type ReconcileArgs struct{}

// Kind names the job.
func (ReconcileArgs) Kind() string { return "payment_reconcile" }

// ReconcileEvery is how often the reconcile job runs.
const ReconcileEvery = 5 * time.Minute

// EventWorker runs EventArgs.
type EventWorker struct {
	river.WorkerDefaults[EventArgs]
	S *Service
}

// Work does the job.
func (w *EventWorker) Work(ctx context.Context, job *river.Job[EventArgs]) error {
	return w.S.WorkEvent(ctx, job.Args.InboxID)
}

// RefundWorker runs RefundArgs.
type RefundWorker struct {
	river.WorkerDefaults[RefundArgs]
	S *Service
}

// Work does the job.
func (w *RefundWorker) Work(ctx context.Context, job *river.Job[RefundArgs]) error {
	return w.S.SendRefund(ctx, job.Args.RefundID, job.Attempt >= job.MaxAttempts)
}

// CancelWorker runs CancelArgs.
type CancelWorker struct {
	river.WorkerDefaults[CancelArgs]
	S *Service
}

// Work does the job.
func (w *CancelWorker) Work(ctx context.Context, job *river.Job[CancelArgs]) error {
	return w.S.CloseAtProvider(ctx, job.Args.PaymentID)
}

// RefreshWorker runs RefreshArgs.
type RefreshWorker struct {
	river.WorkerDefaults[RefreshArgs]
	S *Service
}

// Work does the job.
func (w *RefreshWorker) Work(ctx context.Context, job *river.Job[RefreshArgs]) error {
	_, err := w.S.Refresh(ctx, job.Args.PaymentID)
	return err
}

// ReconcileWorker runs ReconcileArgs.
type ReconcileWorker struct {
	river.WorkerDefaults[ReconcileArgs]
	S *Service
}

// Work does the job.
func (w *ReconcileWorker) Work(ctx context.Context, _ *river.Job[ReconcileArgs]) error {
	return w.S.Reconcile(ctx)
}

// AddWorkers tells the queue how payment's jobs are worked.
func AddWorkers(workers *river.Workers, s *Service) {
	river.AddWorker(workers, &EventWorker{S: s})
	river.AddWorker(workers, &RefundWorker{S: s})
	river.AddWorker(workers, &CancelWorker{S: s})
	river.AddWorker(workers, &RefreshWorker{S: s})
	river.AddWorker(workers, &ReconcileWorker{S: s})
}

// faultList collects the errors of things that do not stop each other.
type faultList []error

func (f *faultList) add(err error) {
	if err != nil {
		*f = append(*f, err)
	}
}

func (f faultList) join() error { return errors.Join(f...) }
