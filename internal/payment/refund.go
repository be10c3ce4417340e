package payment

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Refund claims money for going back, in the caller's transaction, and leaves the sending to a job.
// The caller has locked its purchase. More than what is left of the payment or of the order's share,
// and anything of a disputed payment, is a Conflict.
func (s *Service) Refund(ctx context.Context, tx pgx.Tx, r RefundRequest) (refund Refund, err error) {
	defer errs.Wrap(&err, "payment.Refund(%d, %s)", r.PaymentID, r.Key)
	if r.Amount <= 0 || r.Key == "" || len(r.Key) > 200 {
		return refund, errs.New(errs.Internal, "payment.error.request", "why", "refund")
	}
	p, err := pg.One[Payment](ctx, tx, lockPayment, r.PaymentID)
	if err != nil {
		return refund, err
	}
	have, ok, err := selectRefundByKey(ctx, tx, r.Key)
	if err != nil {
		return refund, err
	}
	if ok {
		if have.PaymentID != r.PaymentID || have.OrderID != r.OrderID || have.Amount != r.Amount {
			return refund, errs.New(errs.Conflict, "payment.error.refund_key")
		}
		return have, nil
	}
	refund, ok, err = claimRefund(ctx, tx, r, s.Now())
	switch {
	case err != nil:
		return refund, err
	case !ok && (p.State == Disputed || p.State == Lost):
		return refund, errs.New(errs.Conflict, "payment.error.disputed")
	case !ok:
		return refund, errs.New(errs.Conflict, "payment.error.refund_limit")
	}
	to := settled(p.Captured, p.Refunded+r.Amount)
	if err := s.note(ctx, tx, p, "refund", to, "", fmt.Sprintf("#%d %s %s", refund.ID, money.Decimal(r.Amount), r.Reason)); err != nil {
		return refund, err
	}
	return refund, s.enqueueRefund(ctx, tx, refund.ID)
}

func (s *Service) enqueueRefund(ctx context.Context, tx pgx.Tx, id int64) error {
	return s.Enqueue(ctx, tx, RefundArgs{RefundID: id}, jobs.Attempts(jobs.MaxAttempts))
}

// SendRefund asks the provider to send a claimed refund; the job calls it. last says that there will
// be no other try: what is not known then is left to a person.
func (s *Service) SendRefund(ctx context.Context, id int64, last bool) (err error) {
	defer errs.Wrap(&err, "payment.SendRefund(%d)", id)
	refund, err := selectRefund(ctx, s.DB, id)
	if err != nil || refund.State != RefundPending {
		return err
	}
	p, err := selectPayment(ctx, s.DB, refund.PaymentID)
	if err != nil {
		return err
	}
	if p.State == Disputed || p.State == Lost { // the bank takes the money itself: never both
		return s.unclear(ctx, refund, "the payment is disputed")
	}
	refund, ok, err := updateRefundTried(ctx, s.DB, id, s.Now())
	if err != nil || !ok {
		return err
	}
	provider, ok := s.byName[p.Provider]
	if !ok {
		return s.unclear(ctx, refund, "provider "+p.Provider+" is not configured")
	}
	report, err := provider.Refund(ctx, p, refund)
	if err != nil && (last || errors.Is(err, ErrRefused)) {
		return s.unclear(context.WithoutCancel(ctx), refund, err.Error())
	}
	if err != nil {
		return err
	}
	report.RefundID = refund.ID
	return pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		locked, err := s.lock(ctx, tx, p)
		if err != nil {
			return err
		}
		return s.settleRefunds(ctx, tx, locked, []RefundReport{report})
	})
}

// unclear hands a refund to a person.
func (s *Service) unclear(ctx context.Context, r Refund, why string) error {
	return pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		r, err := lockRefund(ctx, tx, r.ID)
		if err != nil || r.State != RefundPending {
			return err
		}
		if err := updateRefund(ctx, tx, r.ID, RefundUnclear, "", why, s.Now()); err != nil {
			return err
		}
		return s.alert(ctx, tx, alert{Key: fmt.Sprintf("reconcile:%d:%d", r.ID, r.Tries), Kind: AlertReconcile,
			PaymentID: &r.PaymentID, RefundID: &r.ID, Detail: why})
	})
}

// settleRefunds brings our refunds to where the provider says they are; p's row is locked.
func (s *Service) settleRefunds(ctx context.Context, tx pgx.Tx, p Payment, reports []RefundReport) error {
	for _, report := range reports {
		if report.RefundID == 0 {
			if err := s.alert(ctx, tx, alert{Key: "foreign:" + p.Provider + ":" + report.Ref, Kind: AlertForeign,
				PaymentID: &p.ID, Detail: report.Ref + " " + money.Decimal(report.Amount)}); err != nil {
				return err
			}
			continue
		}
		r, err := lockRefund(ctx, tx, report.RefundID)
		if err != nil {
			return err
		}
		if r.PaymentID != p.ID || r.State == report.State || r.State == RefundFailed ||
			r.State == RefundSucceeded && report.State != RefundFailed {
			continue
		}
		if err := s.settleRefund(ctx, tx, p, r, report, p.Provider); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) settleRefund(ctx context.Context, tx pgx.Tx, p Payment, r Refund, report RefundReport, actor string) error {
	if err := updateRefund(ctx, tx, r.ID, report.State, report.Ref, report.Error, s.Now()); err != nil {
		return err
	}
	if err := s.note(ctx, tx, p, "refund_"+string(report.State), p.State, actor, fmt.Sprintf("#%d %s", r.ID, money.Decimal(r.Amount))); err != nil {
		return err
	}
	r.State, r.Error = report.State, report.Error
	a := alert{Key: fmt.Sprintf("refund:%d:%s", r.ID, r.State), PaymentID: &p.ID, RefundID: &r.ID,
		Detail: strings.TrimSpace(money.Decimal(r.Amount) + " " + string(p.Currency) + " " + report.Error)}
	switch r.State {
	case RefundManual:
		payer, err := selectPayer(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		a.Kind, a.Detail = AlertTransfer, strings.Join(append([]string{a.Detail}, payer...), ", ")
		return s.alert(ctx, tx, a)
	case RefundFailed:
		a.Kind = AlertRefund
		if err := errors.Join(releaseRefund(ctx, tx, r, s.Now()), s.alert(ctx, tx, a)); err != nil {
			return err
		}
	case RefundSucceeded:
	default:
		return nil
	}
	if s.Hooks.OnRefunded == nil {
		return nil
	}
	p, err := selectPayment(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	return s.Hooks.OnRefunded(ctx, tx, p, r)
}

// Verdict is what a person found out about a refund.
type Verdict string

// Verdicts.
const (
	VerdictDone  Verdict = "done"  // the money went back
	VerdictAgain Verdict = "again" // it did not: ask the provider once more
	VerdictNever Verdict = "never" // it did not and will not: release the claim
)

// ResolveRefund ends the doubt about a refund that needs a person (RefundUnclear, RefundManual).
// ref is the bank's or provider's id of the transfer.
func (s *Service) ResolveRefund(ctx context.Context, id int64, v Verdict, ref, actor string) (err error) {
	defer errs.Wrap(&err, "payment.ResolveRefund(%d, %s)", id, v)
	return pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		r, err := selectRefund(ctx, tx, id)
		if err != nil {
			return err
		}
		p, err := selectPayment(ctx, tx, r.PaymentID)
		if err != nil {
			return err
		}
		if p, err = s.lock(ctx, tx, p); err != nil {
			return err
		}
		if r, err = lockRefund(ctx, tx, id); err != nil {
			return err
		}
		if r.State != RefundUnclear && r.State != RefundManual {
			return errs.New(errs.Conflict, "payment.error.decided")
		}
		if err := updateRefundAlerts(ctx, tx, id, actor, s.Now()); err != nil {
			return err
		}
		switch v {
		case VerdictDone:
			return s.settleRefund(ctx, tx, p, r, RefundReport{State: RefundSucceeded, Ref: ref}, actor)
		case VerdictNever:
			return s.settleRefund(ctx, tx, p, r, RefundReport{State: RefundFailed, Error: ref}, actor)
		case VerdictAgain:
			if err := updateRefund(ctx, tx, id, RefundPending, "", "", s.Now()); err != nil {
				return err
			}
			return s.enqueueRefund(ctx, tx, id)
		}
		return errs.New(errs.BadRequest, "payment.error.verdict")
	})
}
