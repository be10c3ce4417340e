package payment

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Message keys of failures that are decided here; providers have their own.
const (
	failureHeld    = "payment.failure.held"
	failureRefused = "payment.failure.refused"
)

// Refresh asks the provider about a payment and settles what it says. The return page, the webhook
// job and the reconcile job all come here; any number of them at once move the payment once.
func (s *Service) Refresh(ctx context.Context, id int64) (p Payment, err error) {
	defer errs.Wrap(&err, "payment.Refresh(%d)", id)
	if p, err = selectPayment(ctx, s.DB, id); err != nil {
		return p, err
	}
	provider, ok := s.byName[p.Provider]
	if !ok {
		return p, nil
	}
	report, err := provider.Fetch(ctx, p)
	if err != nil {
		return p, errs.New(errs.Unavailable, "payment.error.provider_down").With(err)
	}
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		p, err = s.settle(ctx, tx, p, report, p.Provider)
		return err
	})
	return p, err
}

// settle moves a payment to where a report says it is, under the row lock. Money is believed
// whenever it is reported; everything else only from a report newer than the last.
func (s *Service) settle(ctx context.Context, tx pgx.Tx, p Payment, r Report, actor string) (Payment, error) {
	p, locked, err := s.lockFor(ctx, tx, p, r.State == Captured)
	if err != nil {
		return p, err
	}
	newer := p.CheckedAt == nil || !r.AsOf.Before(*p.CheckedAt)
	paid := r.State == Captured && p.Failure != failureRefused && (p.State.Open() || p.State.Ended())
	exact := r.Amount == p.Amount && r.Currency == p.Currency
	if !paid || !exact { // a capture notes what was seen itself
		if err := updateSeen(ctx, tx, p.ID, r); err != nil {
			return p, err
		}
	}
	switch {
	case paid && !exact:
		return s.hold(ctx, tx, p, r, actor)
	case paid:
		if p, err = s.capture(ctx, tx, p, locked, r, actor); err != nil {
			return p, err
		}
	case r.State == Captured:
		// here already, or refused by a person: that it is still reported changes nothing
	case newer && p.State.Open() && r.State != p.State && p.State.CanBecome(r.State):
		if p, err = s.move(ctx, tx, p, r.State, r.Failure, actor); err != nil {
			return p, err
		}
	}
	if newer {
		if p, err = s.dispute(ctx, tx, p, r.Dispute, actor); err != nil {
			return p, err
		}
	}
	return p, s.settleRefunds(ctx, tx, p, r.Refunds)
}

// lock locks the purchase, then the payment, in one round trip.
func (s *Service) lock(ctx context.Context, tx pgx.Tx, p Payment) (Payment, error) {
	p, _, err := s.lockFor(ctx, tx, p, false)
	return p, err
}

// lockFor is lock; where money has come the purchase is read with it.
func (s *Service) lockFor(ctx context.Context, tx pgx.Tx, p Payment, money bool) (Payment, Locked, error) {
	b := &pgx.Batch{}
	var locked Locked
	if s.Hooks.Lock != nil {
		locked = s.Hooks.Lock(b, p.Reference, money)
	}
	var rows []Payment
	b.Queue(lockPayment, p.ID).Query(pg.Into(&rows))
	if err := pg.Send(ctx, tx, b); err != nil {
		return p, locked, err
	}
	if len(rows) == 0 {
		return p, locked, errs.New(errs.NotFound, "error.not_found")
	}
	return rows[0], locked, nil
}

// capture takes the money of p as r reports it; the zero Report is nobody's word but ours, the zero Locked a purchase
// that nobody has read.
func (s *Service) capture(ctx context.Context, tx pgx.Tx, p Payment, locked Locked, r Report, actor string) (Payment, error) {
	if !p.State.CanBecome(Captured) {
		return p, fmt.Errorf("payment %d cannot be captured: %s", p.ID, p.State)
	}
	var rows []Payment
	b := &pgx.Batch{}
	b.Queue(setCaptured, capturing(p, r, actor, money.Decimal(p.Amount)+" "+string(p.Currency), s.Now())).Query(pg.Into(&rows))
	if locked.Sell != nil {
		locked.Sell(b)
	}
	err := pg.Send(ctx, tx, b)
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("payment %s was captured before", p.Reference)
	}
	if err != nil {
		return p, err
	}
	p = rows[0]
	captured := s.Hooks.OnCaptured
	if locked.Captured != nil {
		captured = locked.Captured
	}
	if captured == nil {
		return p, nil
	}
	asked, err := captured(ctx, tx, p)
	if err != nil || !asked {
		return p, err
	}
	return selectPayment(ctx, tx, p.ID)
}

// move changes the state of a payment that has no money.
func (s *Service) move(ctx context.Context, tx pgx.Tx, p Payment, to State, failure, actor string) (Payment, error) {
	if err := updateState(ctx, tx, p.ID, to, failure, s.Now()); err != nil {
		return p, err
	}
	if err := s.note(ctx, tx, p, "moved", to, actor, failure); err != nil {
		return p, err
	}
	p.State, p.Failure = to, failure
	if to.Ended() && s.Hooks.OnFailed != nil {
		return p, s.Hooks.OnFailed(ctx, tx, p)
	}
	return p, nil
}

// hold keeps money that is not what was asked for apart, until a person decides.
func (s *Service) hold(ctx context.Context, tx pgx.Tx, p Payment, r Report, actor string) (Payment, error) {
	detail := fmt.Sprintf("%s %s → %s %s", money.Decimal(p.Amount), p.Currency, money.Decimal(r.Amount), r.Currency)
	if err := updateState(ctx, tx, p.ID, Held, failureHeld, s.Now()); err != nil {
		return p, err
	}
	if err := s.note(ctx, tx, p, "held", Held, actor, detail); err != nil {
		return p, err
	}
	p.State, p.Failure = Held, failureHeld
	return p, s.alert(ctx, tx, alert{Key: fmt.Sprintf("held:%d", p.ID), Kind: AlertHeld, PaymentID: &p.ID, Detail: detail})
}

// dispute follows a buyer's complaint to the bank: while it is open, nothing is refunded.
func (s *Service) dispute(ctx context.Context, tx pgx.Tx, p Payment, d Dispute, actor string) (Payment, error) {
	to := p.State
	switch {
	case d == DisputeOpen && p.State.CanBecome(Disputed):
		to = Disputed
	case d == DisputeLost && p.State.CanBecome(Disputed):
		if err := s.note(ctx, tx, p, "disputed", Disputed, actor, ""); err != nil {
			return p, err
		}
		p.State, to = Disputed, Lost
	case d == DisputeLost && p.State == Disputed:
		to = Lost
	case d == DisputeWon && p.State == Disputed:
		to = settled(p.Captured, p.Refunded)
	}
	if to == p.State {
		return p, nil
	}
	if err := updateState(ctx, tx, p.ID, to, "", s.Now()); err != nil {
		return p, err
	}
	if err := s.note(ctx, tx, p, "disputed", to, actor, string(d)); err != nil {
		return p, err
	}
	p.State = to
	return p, s.alert(ctx, tx, alert{Key: fmt.Sprintf("dispute:%d:%s", p.ID, d), Kind: AlertDispute + "_" + string(d),
		PaymentID: &p.ID, Detail: money.Decimal(p.Amount) + " " + string(p.Currency)})
}

// Decide settles a held payment: accept takes it as paid in full, refusal ends it as failed, and
// the person who refuses sends the money back at the provider.
func (s *Service) Decide(ctx context.Context, id int64, accept bool, actor, note string) (p Payment, err error) {
	defer errs.Wrap(&err, "payment.Decide(%d)", id)
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		if p, err = selectPayment(ctx, tx, id); err != nil {
			return err
		}
		if p, err = s.lock(ctx, tx, p); err != nil {
			return err
		}
		if p.State != Held {
			return errs.New(errs.Conflict, "payment.error.decided")
		}
		if err := s.resolve(ctx, tx, fmt.Sprintf("held:%d", id), actor); err != nil {
			return err
		}
		if err := s.note(ctx, tx, p, "decided", p.State, actor, note); err != nil {
			return err
		}
		if accept {
			p, err = s.capture(ctx, tx, p, Locked{}, Report{}, actor)
		} else {
			p, err = s.move(ctx, tx, p, Failed, failureRefused, actor)
		}
		return err
	})
	return p, err
}
