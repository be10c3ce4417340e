package order

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// CancelIn says what to call off. No lines means everything of the order that has not been handed
// over; no order, for a buyer, means the whole purchase.
type CancelIn struct {
	OrderID int64
	Lines   map[int64]int // line → units
	Reason  string
	Note    string
}

// CancelByBuyer calls off a purchase or a part of it before hand-over. The money of what was paid
// goes back exactly; an order's delivery goes back when all of the order was called off.
func (s *Service) CancelByBuyer(ctx context.Context, b Buyer, number string, in CancelIn) (err error) {
	defer errs.Wrap(&err, "order.CancelByBuyer(%s)", number)
	if !slices.Contains(BuyerReasons, in.Reason) {
		return errs.Fields([]errs.Field{{Name: "reason", Key: "form.choose"}})
	}
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		if _, err := s.open(ctx, tx, b, number); err != nil {
			return err
		}
		return s.cancel(ctx, tx, number, b.doer(), in)
	})
}

// CancelByAdmin is CancelByBuyer for the operator, and leaves a line in the audit log.
func (s *Service) CancelByAdmin(ctx context.Context, personID int64, number string, in CancelIn) (err error) {
	defer errs.Wrap(&err, "order.CancelByAdmin(%s)", number)
	if !slices.Contains(AdminReasons, in.Reason) {
		return errs.Fields([]errs.Field{{Name: "reason", Key: "form.choose"}})
	}
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		if err := s.cancel(ctx, tx, purchaseNumber(number), Doer{Actor: ByAdmin, PersonID: &personID}, in); err != nil {
			return err
		}
		p, err := selectPurchase(ctx, tx, purchaseNumber(number))
		if err != nil {
			return err
		}
		return moderation.Audit(ctx, tx, moderation.Act{ActorID: personID, Name: "purchase.cancel", Kind: "purchase", TargetID: p.ID,
			Before: map[string]any{"number": p.Number, "paid": p.PaidAt != nil}, After: in.audited()})
	})
}

// audited is what the log keeps of an admin's cancellation: everything but the note, which may name people.
func (in CancelIn) audited() map[string]any {
	after := map[string]any{"reason": in.Reason}
	if in.OrderID != 0 {
		after["order"] = in.OrderID
	}
	if len(in.Lines) > 0 {
		after["units"] = in.Lines
	}
	return after
}

func (s *Service) cancel(ctx context.Context, tx pgx.Tx, number string, by Doer, in CancelIn) error {
	p, err := lockPurchase(ctx, tx, number)
	if err != nil {
		return err
	}
	d := Dossier{Purchase: p}
	if err := fillGoods(ctx, tx, calledOff(&pgx.Batch{}, &d, p.ID, 0), &d, p.ID, 0); err != nil {
		return err
	}
	if p.PaidAt == nil {
		return s.cancelUnpaid(ctx, tx, d, by, in)
	}
	orders := pick(d.Orders, func(o Order) bool { return in.OrderID == 0 || o.ID == in.OrderID })
	if len(orders) == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	done := 0
	for _, o := range orders {
		c, ok, err := planCancel(d, o, in)
		if err != nil {
			return err
		}
		if ok {
			done++
			if err := s.carryOut(ctx, tx, d, o, c, by, in); err != nil {
				return err
			}
		}
	}
	if done == 0 {
		return errs.New(errs.Conflict, "order.cancel.too_late")
	}
	return nil
}

// cancelUnpaid calls off a purchase that nobody paid yet: only as a whole, because its payment may
// be under way for the whole.
func (s *Service) cancelUnpaid(ctx context.Context, tx pgx.Tx, d Dossier, by Doer, in CancelIn) error {
	if d.Purchase.ClosedAt != nil {
		return errs.New(errs.Conflict, "order.cancel.too_late")
	}
	if len(in.Lines) > 0 || in.OrderID != 0 && len(d.Orders) > 1 {
		return errs.New(errs.Conflict, "order.cancel.pay_first")
	}
	if _, err := s.Payments.Cancel(ctx, tx, d.Purchase.Number, in.Reason); err != nil {
		return err
	}
	if err := s.closeUnpaid(ctx, tx, d, by, in.Reason); err != nil {
		return err
	}
	return s.mailCancelled(ctx, tx, d.Purchase, nil, Cancellation{Reason: in.Reason, Actor: by.Actor, Currency: d.Purchase.Currency})
}

// plan is what a cancellation does to one order.
type plan struct {
	Cuts  []cut
	Take  []ParcelLine // out of parcels that travel on with the rest
	Whole []Parcel     // parcels that are cancelled altogether
	Goods money.Amount
	// Delivery goes back when nothing of the order is left to deliver.
	Delivery money.Amount
	Away     bool // the goods are not with the seller: nothing is put back on the shelf
}

// planCancel works out a cancellation of one order, pure. It answers false when the order has
// nothing left to call off, and Conflict when more is asked than has not been handed over.
func planCancel(d Dossier, o Order, in CancelIn) (plan, bool, error) {
	open := pick(d.ParcelsOf(o.ID), func(p Parcel) bool { return p.State.BeforeHandOver() })
	want := maps.Clone(in.Lines) // a transaction that is run again asks the same
	if len(want) == 0 {
		want = map[int64]int{}
		for _, p := range open {
			for _, x := range d.InParcel(p.ID) {
				want[x.OrderLineID] += x.Qty
			}
		}
	}
	if len(want) == 0 {
		return plan{}, false, nil
	}
	var c plan
	left, total := map[int64]int{}, 0
	for _, l := range d.LinesOf(o.ID) {
		n := want[l.ID]
		delete(want, l.ID)
		total += l.Left() - n
		if n == 0 {
			continue
		}
		if n < 0 || n > l.Left() {
			return plan{}, false, errs.New(errs.Conflict, "order.cancel.too_many")
		}
		k := cut{LineID: l.ID, Qty: n, Amount: refundOf(l.Total, l.Qty, l.Cancelled, n)}
		c.Cuts, c.Goods, left[l.ID] = append(c.Cuts, k), c.Goods+k.Amount, n
	}
	if len(want) > 0 {
		return plan{}, false, errs.New(errs.NotFound, "error.not_found")
	}
	if total == 0 {
		c.Delivery = d.deliveryLeft(o)
	}
	return c, true, c.fromParcels(d, open, left)
}

// fromParcels takes the units out of parcels still with the seller; a parcel that would be empty is
// cancelled and keeps its list, so that its page can tell what was in it.
func (c *plan) fromParcels(d Dossier, open []Parcel, left map[int64]int) error {
	for _, p := range open {
		var take []ParcelLine
		carried, taken := 0, 0
		for _, x := range d.InParcel(p.ID) {
			n := min(x.Qty, left[x.OrderLineID])
			carried += x.Qty
			if n > 0 {
				left[x.OrderLineID] -= n
				taken += n
				take = append(take, ParcelLine{ParcelID: p.ID, OrderLineID: x.OrderLineID, Qty: n})
			}
		}
		if taken == carried {
			c.Whole = append(c.Whole, p)
		} else {
			c.Take = append(c.Take, take...)
		}
	}
	for _, n := range left {
		if n > 0 {
			return errs.New(errs.Conflict, "order.cancel.too_late")
		}
	}
	return nil
}

// carryOut writes a planned cancellation: parcels, lines, money back, goods back, mail.
func (s *Service) carryOut(ctx context.Context, tx pgx.Tx, d Dossier, o Order, c plan, by Doer, in CancelIn) error {
	if err := s.stepAll(ctx, tx, d, c.Whole, Cancelled, by, in.Reason, in.Note); err != nil {
		return err
	}
	if len(c.Take) > 0 {
		if err := takeFromParcel(ctx, tx, o.SellerID, c.Take); err != nil {
			return err
		}
	}
	done := Cancellation{OrderID: o.ID, Actor: by.Actor, Reason: in.Reason, Note: in.Note, Goods: c.Goods, Delivery: c.Delivery,
		Amount: c.Goods + c.Delivery, Currency: o.Currency, At: s.Now()}
	var err error
	if done.ID, err = insertCancellation(ctx, tx, o, done, c.Cuts); err != nil {
		return err
	}
	if by.Actor == BySeller {
		if err := pg.ResumeOwner(ctx, tx); err != nil {
			return err
		}
	}
	if err := s.refund(ctx, tx, d.Purchase, done); err != nil {
		return err
	}
	if err := restock(ctx, tx, d, c, in.Reason); err != nil {
		return err
	}
	if s.OnCalledOff != nil {
		if err := s.OnCalledOff(ctx, tx, o, done); err != nil {
			return err
		}
	}
	return s.mailCancelled(ctx, tx, d.Purchase, &o, done)
}

// refund sends the money of a cancellation back to where it came from.
func (s *Service) refund(ctx context.Context, tx pgx.Tx, p Purchase, c Cancellation) error {
	if c.Amount == 0 {
		return nil
	}
	a, err := s.account(ctx, tx, p.Number)
	if err != nil {
		return err
	}
	pay, ok := a.bought()
	if !ok {
		return fmt.Errorf("purchase %s is paid and has no payment", p.Number)
	}
	_, err = s.Payments.Refund(ctx, tx, payment.RefundRequest{PaymentID: pay.ID, OrderID: c.OrderID, Amount: c.Amount,
		Reason: c.Reason, Key: cancelKey(c.ID)})
	return err
}

// restock puts the goods back on the shelf, unless the seller says that there are none to put back.
func restock(ctx context.Context, tx pgx.Tx, d Dossier, c plan, reason string) error {
	if c.Away || reason == ReasonOutOfStock || reason == ReasonDefect {
		return nil
	}
	lines := make([]hold.Line, 0, len(c.Cuts))
	for _, k := range c.Cuts {
		if l, ok := d.Line(k.LineID); ok {
			lines = append(lines, hold.Line{OfferID: l.OfferID, Qty: k.Qty})
		}
	}
	return hold.Restock(ctx, tx, lines)
}
