package order

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// CarrierNews is what is heard of a parcel on its way, or done with it for its seller by the export wing.
type CarrierNews struct {
	ParcelID int64
	To       State
	At       time.Time // when it happened
	By       Doer
	Reason   string
	Note     string
	Carrier  string // HandedOver: who took it
	Tracking string // HandedOver: its number there
}

// MoveByCarrier moves a parcel to where its carrier says it is, and writes the letter that the step is worth. News that
// came before, or too late to be where the parcel could go from where it is now, changes nothing and is no error: it
// answers whether the parcel moved.
func (s *Service) MoveByCarrier(ctx context.Context, tx pgx.Tx, n CarrierNews) (moved bool, err error) {
	defer errs.Wrap(&err, "order.MoveByCarrier(%d to %s)", n.ParcelID, n.To)
	count, err := s.FollowCarriers(ctx, tx, map[int64][]CarrierNews{n.ParcelID: {n}})
	return count > 0, err
}

// StopExport ends one foreign parcel because it may not leave the country: everything that was paid for it goes back,
// its own share of the postage too, and buyer and seller are told why. What else the order holds goes on its way. What is
// still with the seller is called off and back on the shelf; what the carrier has already comes back to the seller. A
// parcel that is over, or beyond the border, is not stopped: false.
func (s *Service) StopExport(ctx context.Context, tx pgx.Tx, parcelID int64, by Doer, note string) (stopped bool, err error) {
	defer errs.Wrap(&err, "order.StopExport(%d)", parcelID)
	d, o, p, err := lockParcel(ctx, tx, parcelID)
	if err != nil || o.PaidAt == nil {
		return false, err
	}
	c, ok := planStop(d, o, p)
	if !ok {
		return false, nil
	}
	if c.Away {
		if err := s.stepAll(ctx, tx, d, []Parcel{p}, Returning, by, ReasonNotExported, ""); err != nil {
			return false, err
		}
	}
	return true, s.carryOut(ctx, tx, d, o, c, by, CancelIn{OrderID: o.ID, Reason: ReasonNotExported, Note: note})
}

// planStop is a cancellation of exactly what one parcel carries, pure: where a line travels in several, the others keep
// theirs. The money goes back now; goods that a carrier brings back are put on the shelf when they are there. It answers
// false for a parcel that is over or beyond the border.
func planStop(d Dossier, o Order, p Parcel) (plan, bool) {
	var c plan
	switch {
	case p.State.BeforeHandOver():
		c.Whole = []Parcel{p}
	case p.State == HandedOver, p.State == ExportCustoms:
		c.Away = true
	default:
		return c, false
	}
	carried, total := map[int64]int{}, 0
	for _, x := range d.InParcel(p.ID) {
		carried[x.OrderLineID] = x.Qty
	}
	for _, l := range d.LinesOf(o.ID) {
		n := min(carried[l.ID], l.Left())
		total += l.Left() - n
		if n > 0 {
			k := cut{LineID: l.ID, Qty: n, Amount: refundOf(l.Total, l.Qty, l.Cancelled, n)}
			c.Cuts, c.Goods = append(c.Cuts, k), c.Goods+k.Amount
		}
	}
	c.Delivery = d.deliveryLeft(o)
	if total > 0 { // the rest goes on, by what was paid for it
		c.Delivery = min(c.Delivery, o.postageOf(p))
	}
	return c, true
}

// StateOf says where a parcel is.
func (s *Service) StateOf(ctx context.Context, tx pgx.Tx, parcelID int64) (State, error) {
	p, err := selectParcel(ctx, tx, parcelID)
	return p.State, err
}

// lockParcel locks a parcel's purchase, as every act on one does, and reads the parcel with its order.
func lockParcel(ctx context.Context, tx pgx.Tx, id int64) (d Dossier, o Order, p Parcel, err error) {
	if d.Purchase, err = lockPurchaseOfParcel(ctx, tx, id); err != nil {
		return d, o, p, err
	}
	if p, err = selectParcel(ctx, tx, id); err != nil {
		return d, o, p, err
	}
	if err = fillGoods(ctx, tx, calledOff(&pgx.Batch{}, &d, d.Purchase.ID, p.SellerID), &d, d.Purchase.ID, p.SellerID); err != nil {
		return d, o, p, err
	}
	for _, x := range d.Orders {
		if x.ID == p.OrderID {
			return d, x, p, nil
		}
	}
	return d, o, p, errs.New(errs.NotFound, "error.not_found")
}
