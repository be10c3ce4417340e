package order

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// recordAbroad keeps the decision that let each foreign order go, with the order, and makes the parcels of one that goes in
// several. An order that nobody decided about is not placed.
func (s *Service) recordAbroad(ctx context.Context, tx pgx.Tx, made []written, q checkout.Quote) error {
	for _, sale := range q.Sales {
		if sale.Abroad == nil {
			continue
		}
		at := slices.IndexFunc(made, func(w written) bool { return w.SellerID == sale.SellerID })
		if at < 0 || s.Record == nil || sale.Abroad.Outcome != destination.Goes {
			return errs.New(errs.Conflict, "order.place.price_changed")
		}
		ids, err := s.recordParts(ctx, tx, made[at], *sale.Abroad)
		if err != nil {
			return err
		}
		if err := setDecision(ctx, tx, made[at].ID, ids[0]); err != nil {
			return err
		}
		if len(sale.Abroad.Parts) < 2 {
			continue
		}
		if err := setPartDecisions(ctx, tx, made[at].ID, ids); err != nil {
			return err
		}
		if err := s.divide(ctx, tx, made[at], sale.Abroad.Parts); err != nil {
			return err
		}
	}
	return nil
}

// recordParts keeps the decision about a sale, or about each parcel of it.
func (s *Service) recordParts(ctx context.Context, tx pgx.Tx, o written, v destination.Verdict) ([]int64, error) {
	evidence := []any{v.Evidence}
	if len(v.Parts) > 0 {
		evidence = evidence[:0]
		for _, p := range v.Parts {
			evidence = append(evidence, p.Evidence)
		}
	}
	ids := make([]int64, len(evidence))
	for i, e := range evidence {
		var err error
		v.Evidence = e
		if ids[i], err = s.Record(ctx, tx, o.Number, o.SellerID, v); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// divide makes of the one parcel of an order just placed as many as were agreed, in their order.
func (s *Service) divide(ctx context.Context, tx pgx.Tx, o written, parts []destination.Part) error {
	var d Dossier
	if err := fillGoods(ctx, tx, &pgx.Batch{}, &d, o.PurchaseID, o.SellerID); err != nil {
		return err
	}
	whole := d.ParcelsOf(o.ID)[0]
	for _, part := range parts[1:] {
		var take []ParcelLine
		for _, it := range part.Items {
			at := slices.IndexFunc(d.Lines, func(l Line) bool { return l.OrderID == o.ID && l.OfferID == it.OfferID })
			if at < 0 {
				return errs.New(errs.Conflict, "order.place.price_changed")
			}
			take = append(take, ParcelLine{ParcelID: whole.ID, OrderLineID: d.Lines[at].ID, Qty: it.Qty})
		}
		if err := takeFromParcel(ctx, tx, o.SellerID, take); err != nil {
			return err
		}
		id, err := insertParcel(ctx, tx, whole, Doer{Actor: ByBuyer}, o.PlacedAt)
		if err != nil {
			return err
		}
		for i := range take {
			take[i].ParcelID = id
		}
		if err := addToParcel(ctx, tx, o.SellerID, take); err != nil {
			return err
		}
	}
	return nil
}

// tellPaidAbroad says which orders that leave the country are paid.
func (s *Service) tellPaidAbroad(ctx context.Context, tx pgx.Tx, orders []Order) error {
	var ids []int64
	for _, o := range orders {
		if o.Method.Abroad != nil {
			ids = append(ids, o.ID)
		}
	}
	if s.OnPaid == nil || len(ids) == 0 {
		return nil
	}
	return s.OnPaid(ctx, tx, ids)
}

// postageOf is what was agreed to be paid for the way of one of an order's several parcels; 0 where that was not told apart.
func (o Order) postageOf(p Parcel) money.Amount {
	if a := o.Method.Abroad; a != nil && p.Seq >= 1 && p.Seq <= len(a.Parcels) {
		return a.Parcels[p.Seq-1].Postage
	}
	return 0
}

// deliveryAbroad is the way of a sale that leaves the country, as it stays with the order.
func deliveryAbroad(q checkout.Quote, s checkout.Sale) Delivery {
	d := deliveryOf(*s.Chosen, nil)
	d.Abroad, d.MethodID = q.Snapshot(s), max(d.MethodID, -d.MethodID)
	return d
}
