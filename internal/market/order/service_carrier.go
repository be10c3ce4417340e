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
	d, o, p, err := lockParcel(ctx, tx, n.ParcelID)
	if err != nil || n.To == Cancelled || !May(p.State, n.To, n.By.Actor) {
		return false, err
	}
	steps := []step{{Parcel: p, To: n.To, DueAt: o.due(n.To, n.At)}}
	count, err := writeSteps(ctx, tx, steps, n.By, n.Reason, n.Note, n.At)
	if err != nil || count == 0 {
		return false, err
	}
	if n.To == HandedOver && n.Carrier != "" {
		p.Carrier, p.Tracking = n.Carrier, n.Tracking
		if err := setCarrier(ctx, tx, p.ID, p.SellerID, p.Carrier, p.Tracking); err != nil {
			return false, err
		}
	}
	return true, s.mailMoved(ctx, tx, d, o, p, n.To)
}

// StopExport calls off what is left of a foreign parcel's order because it may not leave the country: everything that
// was paid for it goes back, and buyer and seller are told why. A parcel that is with the carrier already is not here
// any more: false.
func (s *Service) StopExport(ctx context.Context, tx pgx.Tx, parcelID int64, by Doer, note string) (stopped bool, err error) {
	defer errs.Wrap(&err, "order.StopExport(%d)", parcelID)
	d, o, _, err := lockParcel(ctx, tx, parcelID)
	if err != nil || o.PaidAt == nil {
		return false, err
	}
	in := CancelIn{OrderID: o.ID, Reason: ReasonNotExported, Note: note}
	c, ok, err := planCancel(d, o, in)
	if err != nil || !ok {
		return false, err
	}
	return true, s.carryOut(ctx, tx, d, o, c, by, in)
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
	if err = fillGoods(ctx, tx, &pgx.Batch{}, &d, d.Purchase.ID, p.SellerID); err != nil {
		return d, o, p, err
	}
	for _, x := range d.Orders {
		if x.ID == p.OrderID {
			return d, x, p, nil
		}
	}
	return d, o, p, errs.New(errs.NotFound, "error.not_found")
}
