package order

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Staffer is somebody who works in a shop.
type Staffer struct{ SellerID, PersonID int64 }

func (w Staffer) doer() Doer { return Doer{Actor: BySeller, PersonID: &w.PersonID} }

// asSeller locks an order's purchase, confines the transaction to the seller's rows and reads the
// order. The lock comes first and from outside, so that every act on a purchase queues in one place.
func (s *Service) asSeller(ctx context.Context, w Staffer, number string, act func(tx pgx.Tx, d Dossier, o Order) error) error {
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		p, err := lockPurchaseOfOrder(ctx, tx, w.SellerID, number)
		if err != nil {
			return err
		}
		if err := pg.BecomeSeller(ctx, tx, w.SellerID); err != nil {
			return err
		}
		d := Dossier{Purchase: p}
		if err := fillGoods(ctx, tx, calledOff(&pgx.Batch{}, &d, p.ID, w.SellerID), &d, p.ID, w.SellerID); err != nil {
			return err
		}
		if len(d.Orders) != 1 {
			return errs.New(errs.NotFound, "error.not_found")
		}
		return act(tx, d, d.Orders[0])
	})
}

func (d Dossier) parcel(seq int) (Parcel, error) {
	for _, p := range d.Parcels {
		if p.Seq == seq {
			return p, nil
		}
	}
	return Parcel{}, errs.New(errs.NotFound, "error.not_found")
}

// MoveIn is a seller's step with a parcel.
type MoveIn struct {
	To       State
	Boxes    int    // Packed: into how many boxes, 0 for one
	Carrier  string // HandedOver: who took it
	Tracking string // HandedOver: its number there
	Reason   string // Returning: why
	Note     string
}

// Move takes a parcel to its next state. To hand a parcel over to a carrier needs its name and the
// tracking number; a seller who brings the goods needs neither.
func (s *Service) Move(ctx context.Context, w Staffer, number string, seq int, in MoveIn) (err error) {
	defer errs.Wrap(&err, "order.Move(%s/%d to %s)", number, seq, in.To)
	return s.asSeller(ctx, w, number, func(tx pgx.Tx, d Dossier, o Order) error {
		p, err := d.parcel(seq)
		if err != nil {
			return err
		}
		if o.Method.Abroad != nil {
			return errs.New(errs.Conflict, "order.move.abroad")
		}
		if in.To == Cancelled || !May(p.State, in.To, BySeller) {
			return errs.New(errs.Conflict, "order.move.not_now")
		}
		if err := in.check(o); err != nil {
			return err
		}
		if err := s.stepAll(ctx, tx, d, []Parcel{p}, in.To, w.doer(), in.Reason, in.Note); err != nil {
			return err
		}
		if in.To == Packed {
			err = setBoxes(ctx, tx, p.ID, w.SellerID, max(in.Boxes, 1))
		}
		if in.To == HandedOver {
			p.Carrier, p.Tracking = in.Carrier, in.Tracking
			err = setCarrier(ctx, tx, p.ID, w.SellerID, in.Carrier, in.Tracking)
		}
		if err != nil {
			return err
		}
		if err := pg.ResumeOwner(ctx, tx); err != nil {
			return err
		}
		return s.mailMoved(ctx, tx, d, o, p, in.To)
	})
}

func (in MoveIn) check(o Order) error {
	var bad []errs.Field
	switch in.To {
	case Packed:
		if in.Boxes < 0 || in.Boxes > 99 {
			bad = append(bad, errs.Field{Name: "boxes", Key: "form.between", Args: []any{"min", 1, "max", 99}})
		}
	case HandedOver:
		if o.Method.Kind != "own" && in.Carrier == "" {
			bad = append(bad, errs.Field{Name: "carrier", Key: "order.move.carrier"})
		}
		if o.Method.Kind != "own" && len(in.Tracking) < 4 {
			bad = append(bad, errs.Field{Name: "tracking", Key: "order.move.tracking"})
		}
	case Returning:
		if !slices.Contains(ReturnReasons, in.Reason) {
			bad = append(bad, errs.Field{Name: "reason", Key: "form.choose"})
		}
	}
	return errs.Fields(bad)
}

// Split moves units of lines out of a parcel into a new one of the same order. Something must stay.
func (s *Service) Split(ctx context.Context, w Staffer, number string, seq int, units map[int64]int) (err error) {
	defer errs.Wrap(&err, "order.Split(%s/%d)", number, seq)
	return s.asSeller(ctx, w, number, func(tx pgx.Tx, d Dossier, o Order) error {
		p, err := d.parcel(seq)
		if err != nil {
			return err
		}
		if o.Method.Abroad != nil { // a parcel was judged as a whole: its parts are not below any limit
			return errs.New(errs.Conflict, "order.move.abroad")
		}
		if !p.State.BeforeHandOver() {
			return errs.New(errs.Conflict, "order.move.not_now")
		}
		var take []ParcelLine
		stays, moves := 0, 0
		for _, x := range d.InParcel(p.ID) {
			n := units[x.OrderLineID]
			if n < 0 || n > x.Qty {
				return errs.Fields([]errs.Field{{Name: "units." + itoa(x.OrderLineID), Key: "form.between", Args: []any{"min", 0, "max", x.Qty}}})
			}
			stays, moves = stays+x.Qty-n, moves+n
			if n > 0 {
				take = append(take, ParcelLine{ParcelID: p.ID, OrderLineID: x.OrderLineID, Qty: n})
			}
		}
		if stays == 0 || moves == 0 {
			return errs.New(errs.Conflict, "order.split.nothing")
		}
		if err := takeFromParcel(ctx, tx, w.SellerID, take); err != nil {
			return err
		}
		id, err := insertParcel(ctx, tx, p, w.doer(), s.Now())
		if err != nil {
			return err
		}
		for i := range take {
			take[i].ParcelID = id
		}
		return addToParcel(ctx, tx, w.SellerID, take)
	})
}

// CancelBySeller calls off an order or a part of it before hand-over, with a reason the buyer reads.
func (s *Service) CancelBySeller(ctx context.Context, w Staffer, number string, in CancelIn) (err error) {
	defer errs.Wrap(&err, "order.CancelBySeller(%s)", number)
	if !slices.Contains(SellerReasons, in.Reason) {
		return errs.Fields([]errs.Field{{Name: "reason", Key: "form.choose"}})
	}
	return s.asSeller(ctx, w, number, func(tx pgx.Tx, d Dossier, o Order) error {
		if o.PaidAt == nil {
			return errs.New(errs.Conflict, "order.move.not_now")
		}
		c, ok, err := planCancel(d, o, in)
		if err == nil && !ok {
			err = errs.New(errs.Conflict, "order.cancel.too_late")
		}
		if err != nil {
			return err
		}
		return s.carryOut(ctx, tx, d, o, c, w.doer(), in)
	})
}

// CloseDelivered closes parcels whose return window is over, at most limit, and says how many.
func (s *Service) CloseDelivered(ctx context.Context, limit int) (int64, error) {
	var n int64
	err := pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		old, err := lockReturnable(ctx, tx, s.Now(), limit)
		if err != nil || len(old) == 0 {
			return err
		}
		steps := make([]step, len(old))
		for i, p := range old {
			steps[i] = step{Parcel: p, To: Closed}
		}
		n, err = writeSteps(ctx, tx, steps, Doer{Actor: BySystem}, "", "", s.Now())
		return err
	})
	return n, err
}
