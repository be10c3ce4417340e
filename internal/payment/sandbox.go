package payment

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// SandboxName is the code of the sandbox.
const SandboxName = "sandbox"

// Sandbox is a provider without money: the buyer chooses on a page of ours how the payment goes.
// It keeps its own books, as an outside provider would, and knows payments by token only: from the first answer on, and
// one that is not in them is open.
type Sandbox struct {
	DB  pg.DB
	Now func() time.Time
}

var _ OwnPage = (*Sandbox)(nil)

// What the buyer may choose on the sandbox page, and what a choice makes of the payment.
const (
	SandboxPay     = "pay"     // it succeeds
	SandboxDecline = "decline" // the bank refuses
	SandboxConfirm = "confirm" // the bank wants a confirmation first
	SandboxLater   = "later"   // the bank answers after SandboxDelay
	SandboxSilent  = "silent"  // the bank never answers
)

// SandboxDelay is how long a late bank takes.
const SandboxDelay = 15 * time.Second

// States of a sandbox payment.
const (
	sandboxOpen       = "open"
	sandboxConfirming = "confirming"
	sandboxLater      = "later"
	sandboxSilent     = "silent"
	sandboxPaid       = "paid"
	sandboxDeclined   = "declined"
	sandboxEnded      = "ended"
)

// Name is "sandbox".
func (*Sandbox) Name() string { return SandboxName }

// Accepts takes every amount.
func (*Sandbox) Accepts(a money.Amount, _ money.Currency) bool { return a > 0 }

// Page is where the buyer plays the bank.
func (*Sandbox) Page(token string) Started { return Started{Ref: token, URL: "/pay/sandbox/" + token} }

// Start has nothing to make ready.
func (x *Sandbox) Start(_ context.Context, p Payment, _ Return) (Started, error) {
	return x.Page(p.Token), nil
}

// Fetch says what the sandbox knows; a late bank answers by being asked after its time.
func (x *Sandbox) Fetch(ctx context.Context, p Payment) (Report, error) {
	now := x.Now()
	s, ok, err := selectSandbox(ctx, x.DB, p.Token)
	if err != nil || !ok {
		return Report{AsOf: now, State: p.State, Ref: p.Token}, err
	}
	if s.State == sandboxLater && s.AnswerAt != nil && !now.Before(*s.AnswerAt) {
		if _, _, err := updateSandbox(ctx, x.DB, p.Token, sandboxPaid, nil); err != nil {
			return Report{}, err
		}
		s.State = sandboxPaid
	}
	return s.report(now), nil
}

// report is what the sandbox's books say to who asks.
func (s sandboxRow) report(now time.Time) Report {
	r := Report{AsOf: now, Ref: s.Token}
	switch s.State {
	case sandboxPaid:
		r.State, r.Amount, r.Currency = Captured, s.Amount, s.Currency
	case sandboxDeclined:
		r.State, r.Failure = Failed, "payment.failure.declined"
	case sandboxEnded:
		r.State = Expired
	case sandboxLater, sandboxSilent:
		r.State = Processing
	default:
		r.State = RequiresAction
	}
	return r
}

// Refund sends money back at once; a repeated one is the same one.
func (x *Sandbox) Refund(ctx context.Context, p Payment, r Refund) (RefundReport, error) {
	key := fmt.Sprintf("refund:%s:%d", p.Token, r.ID)
	done, err := insertSandboxRefund(ctx, x.DB, key, p.Token, r.Amount)
	switch {
	case err != nil:
		return RefundReport{}, err
	case !done:
		return RefundReport{}, fmt.Errorf("sandbox: more than was paid: %w", ErrRefused)
	}
	return RefundReport{RefundID: r.ID, Ref: key, Amount: r.Amount, State: RefundSucceeded}, nil
}

// Cancel closes an unpaid payment.
func (x *Sandbox) Cancel(ctx context.Context, p Payment) error {
	_, _, err := updateSandbox(ctx, x.DB, p.Token, sandboxEnded, nil)
	return err
}

// SandboxAnswer plays the bank for a payment of the sandbox, and settles what follows.
func (s *Service) SandboxAnswer(ctx context.Context, token, choice string) (p Payment, err error) {
	defer errs.Wrap(&err, "payment.SandboxAnswer(%s)", choice)
	to := sandboxChoices[choice]
	p, row, err := s.answer(ctx, token, to)
	switch {
	case err != nil:
		return p, err
	case p.Provider != SandboxName:
		return p, errs.New(errs.NotFound, "error.not_found")
	case to == "":
		return p, errs.Fields([]errs.Field{{Name: "outcome", Key: "form.choose"}})
	case row.Token == "":
		return p, errs.New(errs.Conflict, "payment.error.decided")
	}
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		p, err = s.settle(ctx, tx, p, row.report(s.Now()), p.Provider)
		return err
	})
	return p, err
}

// sandboxChoices are the states that choices lead to.
var sandboxChoices = map[string]string{SandboxPay: sandboxPaid, SandboxDecline: sandboxDeclined,
	SandboxConfirm: sandboxConfirming, SandboxLater: sandboxLater, SandboxSilent: sandboxSilent}

// answer writes a choice into the sandbox's books, and the job that hears a late bank beside it; no row comes back for a
// payment that was decided before, or is not the sandbox's. It is a transaction of its own, as at any bank: what was
// answered is known even if we die before we settle it.
func (s *Service) answer(ctx context.Context, token, to string) (p Payment, row sandboxRow, err error) {
	if to != sandboxLater {
		return decideSandbox(ctx, s.DB, token, to, nil)
	}
	at := s.Now().Add(SandboxDelay)
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) (err error) {
		if p, row, err = decideSandbox(ctx, tx, token, to, &at); err != nil || row.Token == "" {
			return err
		}
		return s.Enqueue(ctx, tx, RefreshArgs{PaymentID: p.ID}, jobs.At(at.Add(time.Second)))
	})
	return p, row, err
}
