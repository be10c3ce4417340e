package order

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Shipment is what travels in one parcel and what was paid for it, as papers are written from it.
type Shipment struct {
	Order  Order
	Parcel Parcel
	Shop   SellerCard
	Lines  []ShippedLine
}

// ShippedLine is how many units of a line travel, and what was paid for them: discounts off, delivery apart.
type ShippedLine struct {
	Line
	Units int
	Paid  money.Amount
}

// Value is what was paid for everything in the parcel.
func (s Shipment) Value() money.Amount {
	var sum money.Amount
	for _, l := range s.Lines {
		sum += l.Paid
	}
	return sum
}

// ShipmentOf reads a parcel with its contents. What is called off later is not in it any more.
func ShipmentOf(ctx context.Context, db pg.DB, parcelID int64) (s Shipment, err error) {
	defer errs.Wrap(&err, "order.ShipmentOf(%d)", parcelID)
	if s.Parcel, err = selectParcel(ctx, db, parcelID); err != nil {
		return s, err
	}
	of, err := selectWhose(ctx, db, s.Parcel.OrderID)
	if err != nil {
		return s, err
	}
	var d Dossier
	if err := fillGoods(ctx, db, &pgx.Batch{}, &d, of.PurchaseID, of.SellerID); err != nil {
		return s, err
	}
	return d.shipment(s.Parcel)
}

// ShipmentsOf reads what travels in each parcel of some orders, in one round trip; parcels come in the order of their ids.
func ShipmentsOf(ctx context.Context, db pg.DB, orderIDs []int64) (list []Shipment, err error) {
	defer errs.Wrap(&err, "order.ShipmentsOf(%d orders)", len(orderIDs))
	dossiers, err := readParcels(ctx, db, `c.order_id = any($1)`, orderIDs)
	if err != nil {
		return nil, err
	}
	list = make([]Shipment, len(dossiers))
	for i, d := range dossiers {
		if list[i], err = d.shipment(d.Parcels[0]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ShipmentsIn is ShipmentOf for many parcels of one seller, in one round trip. A parcel that is not the seller's is not in
// the answer.
func ShipmentsIn(ctx context.Context, db pg.DB, sellerID int64, parcelIDs []int64) (found map[int64]Shipment, err error) {
	defer errs.Wrap(&err, "order.ShipmentsIn(%d, %d parcels)", sellerID, len(parcelIDs))
	var d Dossier
	if err := fillParcels(ctx, db, &d, sellerID, parcelIDs); err != nil {
		return nil, err
	}
	found = make(map[int64]Shipment, len(d.Parcels))
	for _, p := range d.Parcels {
		if found[p.ID], err = d.shipment(p); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (d Dossier) shipment(p Parcel) (Shipment, error) {
	s := Shipment{Parcel: p, Shop: d.Sellers[p.SellerID]}
	found := false
	for _, o := range d.Orders {
		if o.ID == p.OrderID {
			s.Order, found = o, true
		}
	}
	if !found {
		return s, errs.New(errs.NotFound, "error.not_found")
	}
	for _, x := range d.InParcel(p.ID) {
		if l, ok := d.Line(x.OrderLineID); ok {
			s.Lines = append(s.Lines, ShippedLine{Line: l, Units: x.Qty, Paid: refundOf(l.Total, l.Qty, l.Cancelled, x.Qty)})
		}
	}
	return s, nil
}
