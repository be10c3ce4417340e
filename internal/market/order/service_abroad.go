package order

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// quoteAbroad asks for each sale whether it may leave the country, and makes the post's services its ways. It asks over
// the network, so it belongs before any transaction.
func (s *Service) quoteAbroad(ctx context.Context, sales []Sale, parcels map[int64]shipping.Parcel, d Draft) (destination.Exchange, error) {
	verdicts, err := s.judge(ctx, sales, d)
	if err != nil {
		return destination.Exchange{}, err
	}
	for i := range sales {
		sale, v := &sales[i], verdicts[i]
		if a, several := v.Dividing(pickedObject(d.Ship[sale.SellerID])); several && v.Outcome == destination.Stays {
			v = v.InParts(a)
		}
		sale.Abroad = &v
		sale.Options = abroadOptions(v, parcels[sale.SellerID].DispatchDays, s.Now())
		sale.choose(d.Ship[sale.SellerID])
	}
	if s.Exchange == nil {
		return destination.Exchange{}, nil
	}
	return s.Exchange(ctx, destination.Choice{Country: d.Recipient.Country, Currency: destination.Of(ctx).Currency}), nil
}

func (s *Service) judge(ctx context.Context, sales []Sale, d Draft) ([]destination.Verdict, error) {
	if s.Judge == nil {
		list := make([]destination.Verdict, len(sales))
		for i := range list {
			list[i] = destination.Verdict{Country: d.Recipient.Country, Outcome: destination.Stays}
		}
		return list, nil
	}
	asks := make([]destination.Ask, len(sales))
	for i, sale := range sales {
		asks[i] = sale.ask(d)
	}
	return s.Judge(ctx, asks)
}

// Leave takes goods out of a checkout under way, and unticks them in the cart: they stay there for another time. What
// would leave nothing to buy is Conflict.
func (s *Service) Leave(ctx context.Context, o cart.Owner, key string, offers []int64) (err error) {
	defer errs.Wrap(&err, "order.Leave")
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		c, err := lockCheckout(ctx, tx, o, key)
		if err != nil {
			return err
		}
		if c.ClosedAt != nil {
			return catalog.ErrHoldExpired
		}
		if _, live, err := catalog.GetHold(ctx, tx, key); err != nil || !live {
			return cmp.Or(err, error(catalog.ErrHoldExpired))
		}
		have, err := selectCheckoutLines(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		rest := pick(have, func(l catalog.HoldLine) bool { return !slices.Contains(offers, l.OfferID) })
		if len(rest) == 0 {
			return errs.New(errs.Conflict, "order.checkout.nothing_left")
		}
		if c.CartID != nil {
			if err := cart.Untick(ctx, tx, *c.CartID, offers); err != nil {
				return err
			}
		}
		b := &pgx.Batch{}
		queueCheckoutLines(b, c.ID, rest)
		return holdAll(ctx, tx, b, key, rest)
	})
}

// recordAbroad keeps the decision that let each foreign order go, with the order, and makes the parcels of one that goes in
// several. An order that nobody decided about is not placed.
func (s *Service) recordAbroad(ctx context.Context, tx pgx.Tx, made []written, q Quote) error {
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
