package payment

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Kinds of alert; texts are found under "payment.alert." + kind.
const (
	AlertHeld       = "held"        // amount or currency is not what was asked
	AlertDispute    = "dispute"     // a bank asks money back: _open, _won, _lost
	AlertAPIVersion = "api_version" // an event of another API version
	AlertReconcile  = "reconcile"   // nobody knows what became of a refund
	AlertRefund     = "refund"      // a refund failed for good
	AlertForeign    = "foreign"     // a refund that was not asked for here
	AlertTransfer   = "transfer"    // a refund to be sent by bank
	AlertStatement  = "statement"   // a line of a bank statement: _under, _over, _again, _late, _unknown, _ambiguous
)

// Alert is something a person has to look at.
type Alert struct {
	ID        int64
	Kind      string
	PaymentID *int64
	RefundID  *int64
	Reference string // of the payment, if there is one
	Detail    string
	CreatedAt time.Time
}

type alert struct {
	Key, Kind string
	PaymentID *int64
	RefundID  *int64
	Detail    string
}

// alert raises an alert, once for each key.
func (s *Service) alert(ctx context.Context, db pg.DB, a alert) error {
	return insertAlert(ctx, db, a, s.Now())
}

// resolve closes an alert by its key, if it is open.
func (s *Service) resolve(ctx context.Context, db pg.DB, key, actor string) error {
	return updateAlertResolved(ctx, db, key, actor, s.Now())
}

// Alerts lists what is open, oldest first.
func (s *Service) Alerts(ctx context.Context, limit int) ([]Alert, error) {
	return selectAlerts(ctx, s.DB, limit)
}

// Dismiss closes an alert that a person has dealt with. One that a verb closes by itself (a held
// payment, a transfer, a refund nobody knows of) is a Conflict: decide that instead.
func (s *Service) Dismiss(ctx context.Context, id int64, actor string) (err error) {
	defer errs.Wrap(&err, "payment.Dismiss(%d)", id)
	n, err := updateAlertDismissed(ctx, s.DB, id, actor, s.Now())
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "payment.error.decided")
	}
	return err
}

// OpenAlerts counts what waits for a person.
func (s *Service) OpenAlerts(ctx context.Context) (int64, error) { return countAlerts(ctx, s.DB) }
