package order

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Why money goes back decides the key of its refund: of something called off, or of a payment that
// bought nothing.
const (
	keyCancelled = "cancellation:"
	keyGivenBack = "giveback:"
)

func cancelKey(cancellationID int64) string { return keyCancelled + itoa(cancellationID) }

func giveBackKey(paymentID, orderID int64, why string) string {
	return fmt.Sprintf("%s%d:%d:%s", keyGivenBack, paymentID, orderID, why)
}

// Account is the money side of a purchase: every attempt to pay and everything that went back.
type Account struct {
	Attempts []payment.Payment
	Refunds  []payment.Refund
}

// account reads the money of a purchase; db is not a seller's, whose eyes end at their orders.
func (s *Service) account(ctx context.Context, db pg.DB, number string) (a Account, err error) {
	if a.Attempts, err = s.Payments.Attempts(ctx, db, number); err != nil {
		return a, err
	}
	a.Refunds, err = s.Payments.RefundsOf(ctx, db, number)
	return a, err
}

// shown is the payment a page tells of: the one that bought the goods, else the latest.
func (a Account) shown() (payment.Payment, bool) {
	if p, ok := a.bought(); ok {
		return p, true
	}
	if len(a.Attempts) == 0 {
		return payment.Payment{}, false
	}
	return a.Attempts[len(a.Attempts)-1], true
}

// bought is the payment whose money the purchase keeps: one that came and was not given back.
func (a Account) bought() (payment.Payment, bool) {
	for _, p := range a.Attempts {
		if p.State.Paid() && len(a.givenBack(p.ID)) == 0 {
			return p, true
		}
	}
	return payment.Payment{}, false
}

// givenBack lists the refunds of a payment that bought nothing.
func (a Account) givenBack(paymentID int64) []payment.Refund {
	return pick(payment.LastTries(a.Refunds), func(r payment.Refund) bool {
		return r.PaymentID == paymentID && strings.HasPrefix(r.Key, keyGivenBack)
	})
}

// stray is money that came and bought nothing.
type stray struct {
	Why string // too_late, called_off or again
	Sum money.Amount
	// Stuck is the part of it that could not be sent back.
	Stuck money.Amount
}

// strays lists the payments that bought nothing, in the order they were tried.
func (a Account) strays() []stray {
	var list []stray
	for _, p := range a.Attempts {
		back := a.givenBack(p.ID)
		if len(back) == 0 {
			continue
		}
		x := stray{Why: back[0].Root()[strings.LastIndexByte(back[0].Root(), ':')+1:]}
		for _, r := range back {
			x.Sum += r.Amount
			if r.State == payment.RefundFailed {
				x.Stuck += r.Amount
			}
		}
		list = append(list, x)
	}
	return list
}

// of keeps the refunds of one order.
func (a Account) of(orderID int64) Account {
	return Account{Refunds: pick(a.Refunds, func(r payment.Refund) bool { return r.OrderID == orderID })}
}

// refundOf finds the refund of a cancellation, of several tries the last.
func (a Account) refundOf(c Cancellation) (payment.Refund, bool) {
	for _, r := range payment.LastTries(a.Refunds) {
		if r.Root() == cancelKey(c.ID) {
			return r, true
		}
	}
	return payment.Refund{}, false
}

// onFailed tells the buyer, who may have left long ago, that an attempt ended without money. The
// goods stay held until the purchase's own time is over; a purchase that is paid or closed by then
// needs no letter, and one that fails again and again gets one.
func (s *Service) onFailed(ctx context.Context, tx pgx.Tx, pay payment.Payment) (err error) {
	defer errs.Wrap(&err, "order.onFailed(%s)", pay.Reference)
	p, err := lockPurchase(ctx, tx, pay.Reference)
	if err != nil || !p.Open() {
		return err
	}
	w := writer{p.Lang}
	blocks := []notify.Block{notify.Para(w.t("order.mail.failed.text", "until", checkout.Zoned(p.Lang, i18n.DateTime(p.Lang, p.PayBy, s.Now()), p.Recipient.Abroad())))}
	if pay.Failure != "" {
		blocks = append([]notify.Block{notify.Para(w.t(pay.Failure))}, blocks...)
	}
	return s.toBuyer(ctx, tx, p, "purchase:"+p.Number+":failed", "order.failed", w.t("order.mail.failed.title", "number", p.Number), blocks...)
}

// onRefunded takes a refund that will never arrive out of what the order counts as given back, and
// tells the buyer the truth about it. One that arrived changes nothing: it was counted when claimed.
func (s *Service) onRefunded(ctx context.Context, tx pgx.Tx, pay payment.Payment, r payment.Refund) (err error) {
	defer errs.Wrap(&err, "order.onRefunded(%s, %d)", pay.Reference, r.ID)
	if r.State != payment.RefundFailed {
		return nil
	}
	p, err := lockPurchase(ctx, tx, pay.Reference)
	if err != nil {
		return err
	}
	if strings.HasPrefix(r.Key, keyCancelled) {
		if err := lowerRefunded(ctx, tx, p.ID, r.OrderID, r.Amount); err != nil {
			return err
		}
	}
	w := writer{p.Lang}
	return s.toBuyer(ctx, tx, p, "refund:"+itoa(r.ID)+":failed", "order.refund_failed", w.t("order.mail.refund_failed.title", "number", p.Number),
		notify.Para(w.t("order.mail.refund_failed.text", "sum", w.sum(r.Amount, p.Currency))))
}

// onRefundAgain counts money that could not go back as given back again, now that it is on its way
// once more, and tells the buyer.
func (s *Service) onRefundAgain(ctx context.Context, tx pgx.Tx, pay payment.Payment, r payment.Refund) (err error) {
	defer errs.Wrap(&err, "order.onRefundAgain(%s, %d)", pay.Reference, r.ID)
	p, err := lockPurchase(ctx, tx, pay.Reference)
	if err != nil {
		return err
	}
	if strings.HasPrefix(r.Key, keyCancelled) {
		if err := raiseRefunded(ctx, tx, p.ID, r.OrderID, r.Amount); err != nil {
			return err
		}
	}
	w := writer{p.Lang}
	return s.toBuyer(ctx, tx, p, "refund:"+itoa(r.ID)+":again", "order.refund_again", w.t("order.mail.refund_again.title", "number", p.Number),
		notify.Para(w.t("order.mail.refund_again.text", "sum", w.sum(r.Amount, p.Currency))))
}

// refundOf is what goes back when n more units of a line are called off after done were already.
// It is the difference of two running totals, so however a line is called off, piece by piece or at
// once, exactly its total goes back and never a kopeck more.
func refundOf(total money.Amount, qty, done, n int) money.Amount {
	upTo := func(units int) money.Amount {
		return money.Split(total, []money.Amount{money.Amount(units), money.Amount(qty - units)})[0]
	}
	return upTo(done+n) - upTo(done)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
