package payment

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Root is the key under which money was first asked back: a refund that was started again after it
// failed has the number of its attempt behind it, "cancellation:17/2".
func (r Refund) Root() string {
	root, _, _ := strings.Cut(r.Key, "/")
	return root
}

// nextKey is the key of the attempt after r.
func (r Refund) nextKey() string {
	_, attempt, again := strings.Cut(r.Key, "/")
	n, err := strconv.Atoi(attempt)
	if !again || err != nil {
		n = 1
	}
	return r.Root() + "/" + strconv.Itoa(n+1)
}

// LastTries leaves out the refunds that were started again: of each root the newest stays.
func LastTries(list []Refund) []Refund {
	last := make(map[string]int64, len(list))
	for _, r := range list {
		last[r.Root()] = max(last[r.Root()], r.ID)
	}
	var kept []Refund
	for _, r := range list {
		if last[r.Root()] == r.ID {
			kept = append(kept, r)
		}
	}
	return kept
}

// RefundAgain starts a refund that failed for good once more. It is a refund of its own, because a
// provider answers to the key of the failed one as it did before. Asking twice starts one; what was
// spent otherwise in the meantime is a Conflict.
func (s *Service) RefundAgain(ctx context.Context, id, personID int64) (next Refund, err error) {
	defer errs.Wrap(&err, "payment.RefundAgain(%d)", id)
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
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
		started := false
		if next, started, err = selectRefundByKey(ctx, tx, r.nextKey()); err != nil || started {
			return err
		}
		if r.State != RefundFailed {
			return errs.New(errs.Conflict, "payment.error.decided")
		}
		next, err = s.startAgain(ctx, tx, p, r, personID)
		return err
	})
	return next, err
}

func (s *Service) startAgain(ctx context.Context, tx pgx.Tx, p Payment, r Refund, personID int64) (Refund, error) {
	next, err := s.Refund(ctx, tx, RefundRequest{PaymentID: r.PaymentID, OrderID: r.OrderID, Amount: r.Amount, Reason: r.Reason, Key: r.nextKey()})
	if err != nil {
		return next, err
	}
	if s.Hooks.OnRefundAgain != nil {
		if err := s.Hooks.OnRefundAgain(ctx, tx, p, next); err != nil {
			return next, err
		}
	}
	if err := s.resolve(ctx, tx, fmt.Sprintf("refund:%d:%s", r.ID, RefundFailed), "person:"+strconv.FormatInt(personID, 10)); err != nil {
		return next, err
	}
	return next, moderation.Audit(ctx, tx, moderation.Act{ActorID: personID, Name: "refund.again", Kind: "payment", TargetID: p.ID,
		Before: map[string]any{"refund": r.ID, "error": r.Error},
		After:  map[string]any{"refund": next.ID, "sum": money.Decimal(r.Amount), "number": p.Reference}})
}
