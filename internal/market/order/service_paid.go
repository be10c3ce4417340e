package order

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// MarkPaid is what a capture means to a purchase; asked says that it asked for the money to go back. It runs inside the
// transaction that moved the payment, with the purchase locked. Held goods become sold and the parcels go to their sellers.
// Money that came after the hold ran out takes the goods again if they are still there, and goes
// back with a message if they are not; so does money for a purchase already paid or called off.
func (s *Service) MarkPaid(ctx context.Context, tx pgx.Tx, pay payment.Payment) (asked bool, err error) {
	defer errs.Wrap(&err, "order.MarkPaid(%s)", pay.Reference)
	b := &pgx.Batch{}
	d := queueBought(b, pay.Reference)
	if err := pg.Send(ctx, tx, b); err != nil {
		return false, err
	}
	return s.markPaid(ctx, tx, d, pay)
}

// lockForMoney locks a purchase in the round trip that locks its payment. Where money has come it reads what is bought with
// it, and lets its hold become sold with the payment: what waits for a payment's locks waits three round trips less.
func (s *Service) lockForMoney(b *pgx.Batch, number string, money bool) payment.Locked {
	if !money {
		queueLock(b, number)
		return payment.Locked{}
	}
	d := queueBought(b, number)
	return payment.Locked{
		Sell: func(b *pgx.Batch) {
			if len(d.purchases) > 0 && d.purchases[0].Open() {
				hold.QueueCommit(b, d.purchases[0].AttemptKey, &d.sold)
			}
		},
		Captured: func(ctx context.Context, tx pgx.Tx, pay payment.Payment) (asked bool, err error) {
			defer errs.Wrap(&err, "order.MarkPaid(%s)", pay.Reference)
			return s.markPaid(ctx, tx, d, pay)
		},
	}
}

// markPaid is MarkPaid for who has locked and read the purchase.
func (s *Service) markPaid(ctx context.Context, tx pgx.Tx, b *bought, pay payment.Payment) (asked bool, err error) {
	if err := b.found(); err != nil {
		return false, err
	}
	d := b.Dossier
	p := d.Purchase
	if p.PaidAt != nil {
		return true, s.giveBack(ctx, tx, p, pay, "again")
	}
	if p.ClosedAt != nil && p.ClosedReason != ReasonUnpaid {
		return true, s.giveBack(ctx, tx, p, pay, "called_off")
	}
	sold := b.sold > 0
	if !sold {
		if sold, err = s.sell(ctx, tx, d); err != nil {
			return false, err
		}
	}
	if sold {
		return false, s.confirm(ctx, tx, d, b.desks)
	}
	if p.ClosedAt == nil {
		if err := s.closeUnpaid(ctx, tx, d, Doer{Actor: BySystem}, ReasonOutOfStock); err != nil {
			return false, err
		}
	}
	return true, s.giveBack(ctx, tx, p, pay, "too_late")
}

// confirm makes a purchase whose goods are sold a paid one: its parcels go to their sellers, and everybody is told.
func (s *Service) confirm(ctx context.Context, tx pgx.Tx, d Dossier, desks map[int64]sellerDesk) error {
	p := d.Purchase
	now, b, to := s.Now(), &pgx.Batch{}, s.link(p)
	b.Queue(setPaid, p.ID, now, to.hash)
	reason := ReasonPaid
	if p.ClosedAt != nil {
		reason = ReasonPaidLate
	}
	if err := s.queueSteps(b, d, d.Parcels, Confirmed, Doer{Actor: BySystem}, reason, ""); err != nil {
		return err
	}
	p.PaidAt, p.ClosedAt, d.Purchase = &now, nil, p
	if err := notify.Queue(ctx, b, s.paidMails(to, d, desks)...); err != nil {
		return err
	}
	if err := pg.Send(ctx, tx, b); err != nil {
		return err
	}
	return s.tellPaidAbroad(ctx, tx, d.Orders)
}

// sell turns the purchase's hold into sold units, taking a lost hold again where the goods are still
// free. false means that they are not.
func (s *Service) sell(ctx context.Context, tx pgx.Tx, d Dossier) (bool, error) {
	key := d.Purchase.AttemptKey
	err := hold.Commit(ctx, tx, key)
	if err == nil || !errors.Is(err, hold.ErrExpired) {
		return err == nil, err
	}
	lines := make([]hold.Line, len(d.Lines))
	for i, l := range d.Lines {
		lines[i] = hold.Line{OfferID: l.OfferID, Qty: l.Qty}
	}
	short, err := hold.Take(ctx, tx, key, lines, checkout.HoldFor)
	if err != nil || len(short) > 0 {
		return false, err
	}
	return true, hold.Commit(ctx, tx, key)
}

// giveBack refunds a whole payment that buys nothing and says so.
func (s *Service) giveBack(ctx context.Context, tx pgx.Tx, p Purchase, pay payment.Payment, why string) error {
	splits, err := s.Payments.Splits(ctx, tx, pay.ID)
	if err != nil {
		return err
	}
	for _, sp := range splits {
		if sp.Captured == 0 {
			continue
		}
		_, err := s.Payments.Refund(ctx, tx, payment.RefundRequest{PaymentID: pay.ID, OrderID: sp.OrderID, Amount: sp.Captured,
			Reason: "purchase " + why, Key: giveBackKey(pay.ID, sp.OrderID, why)})
		if err != nil {
			return err
		}
	}
	return s.mailGivenBack(ctx, tx, p, pay.ID, pay.Amount, why)
}

// closeUnpaid ends a purchase nobody paid: parcels are cancelled, goods are free again.
func (s *Service) closeUnpaid(ctx context.Context, tx pgx.Tx, d Dossier, by Doer, reason string) error {
	if err := setClosed(ctx, tx, d.Purchase.ID, reason, s.Now()); err != nil {
		return err
	}
	waiting := pick(d.Parcels, func(p Parcel) bool { return p.State == AwaitingPayment })
	if err := s.stepAll(ctx, tx, d, waiting, Cancelled, by, reason, ""); err != nil {
		return err
	}
	return hold.Release(ctx, tx, d.Purchase.AttemptKey)
}

// ExpireUnpaid ends purchases whose time to pay is over, at most limit of them, and says how many.
// Several workers may run it at once. Money that was captured at the same instant wins or loses by
// the purchase's lock, never both.
func (s *Service) ExpireUnpaid(ctx context.Context, limit int) (n int, err error) {
	defer errs.Wrap(&err, "order.ExpireUnpaid")
	for n < limit {
		found := false
		// One transaction each: the goods of two purchases are never locked in whatever order they come.
		err := pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
			p, ok, err := lockOverdue(ctx, tx)
			if found = ok; err != nil || !ok {
				return err
			}
			return s.expire(ctx, tx, p)
		})
		if err != nil || !found {
			return n, err
		}
		n++
	}
	return n, nil
}

func (s *Service) expire(ctx context.Context, tx pgx.Tx, p Purchase) error {
	d := Dossier{Purchase: p}
	if err := fillGoods(ctx, tx, &pgx.Batch{}, &d, p.ID, 0); err != nil {
		return err
	}
	if _, err := s.Payments.Cancel(ctx, tx, p.Number, ReasonUnpaid); err != nil {
		return err
	}
	if err := s.closeUnpaid(ctx, tx, d, Doer{Actor: BySystem}, ReasonUnpaid); err != nil {
		return err
	}
	return s.mailExpired(ctx, tx, p)
}

// stepAll moves parcels to one state, each checked against the machine; all move or none.
func (s *Service) stepAll(ctx context.Context, tx pgx.Tx, d Dossier, parcels []Parcel, to State, by Doer, reason, note string) error {
	b := &pgx.Batch{}
	if err := s.queueSteps(b, d, parcels, to, by, reason, note); err != nil || b.Len() == 0 {
		return err
	}
	return pg.Send(ctx, tx, b)
}

// queueSteps is stepAll as a part of the caller's round trip.
func (s *Service) queueSteps(b *pgx.Batch, d Dossier, parcels []Parcel, to State, by Doer, reason, note string) error {
	if len(parcels) == 0 {
		return nil
	}
	now, steps := s.Now(), make([]step, len(parcels))
	for i, p := range parcels {
		if !May(p.State, to, by.Actor) {
			return errs.New(errs.Conflict, "order.move.not_now")
		}
		steps[i] = step{Parcel: p, To: to}
		for _, o := range d.Orders {
			if o.ID == p.OrderID {
				steps[i].DueAt = o.due(to, now)
			}
		}
	}
	b.Queue(moveParcels, stepArgs(steps, by, reason, note, now)).QueryRow(func(row pgx.Row) error {
		var n int64
		if err := row.Scan(&n); err != nil {
			return err
		}
		if n != int64(len(steps)) {
			return errs.New(errs.Conflict, "order.move.not_now")
		}
		return nil
	})
	return nil
}

// PayLink makes the payment ready and says where the buyer pays. provider, when given, chooses
// another way than before.
func (s *Service) PayLink(ctx context.Context, b Buyer, number, provider string) (url string, err error) {
	defer errs.Wrap(&err, "order.PayLink(%s)", number)
	p, pays, err := s.openToPay(ctx, b, number)
	if err != nil {
		return "", err
	}
	if !p.Open() || !s.Now().Before(p.PayBy) {
		return "/orders/" + number, nil
	}
	if !p.Recipient.Pays(provider) {
		return "", errs.New(errs.Conflict, "order.checkout.payment_abroad")
	}
	if provider != "" {
		err = pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
			p, err := lockPurchase(ctx, tx, number)
			if err != nil || !p.Open() {
				return err
			}
			if _, err = s.Payments.Retry(ctx, tx, number, provider); err != nil || provider != payment.InvoiceName {
				return err
			}
			return s.waitForBank(ctx, tx, p)
		})
		if err != nil {
			return "", err
		}
	}
	if provider == "" && len(pays) > 0 {
		return s.Payments.BeginWith(ctx, pays[0])
	}
	return s.Payments.Begin(ctx, number)
}

// openToPay is open with the latest attempt to pay, if there is one.
func (s *Service) openToPay(ctx context.Context, b Buyer, number string) (p Purchase, pays []payment.Payment, err error) {
	if !numberForm.MatchString(number) {
		return p, nil, errs.New(errs.NotFound, "error.not_found")
	}
	var found []Purchase
	batch := &pgx.Batch{}
	queue(batch, &found, purchaseByNumber, number)
	payment.QueueLatest(batch, number, &pays)
	if err := pg.Send(ctx, s.Pool, batch); err != nil {
		return p, nil, err
	}
	if len(found) == 0 {
		return p, nil, errs.New(errs.NotFound, "error.not_found")
	}
	return found[0], pays, s.mayOpen(ctx, s.Pool, b, found[0])
}

// waitForBank gives a purchase that is now to be paid by a bank transfer the days a transfer takes.
func (s *Service) waitForBank(ctx context.Context, tx pgx.Tx, p Purchase) error {
	until := p.PlacedAt.Add(payInvoiceWithin)
	if _, err := hold.Keep(ctx, tx, p.AttemptKey, until); err != nil {
		return err
	}
	return setPayBy(ctx, tx, p.ID, until)
}
