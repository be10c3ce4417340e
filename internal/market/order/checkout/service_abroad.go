package checkout

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
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
	defer errs.Wrap(&err, "checkout.Leave")
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		c, err := lockCheckout(ctx, tx, o, key)
		if err != nil {
			return err
		}
		if c.ClosedAt != nil {
			return hold.ErrExpired
		}
		if _, live, err := hold.Find(ctx, tx, key); err != nil || !live {
			return cmp.Or(err, error(hold.ErrExpired))
		}
		have, err := selectCheckoutLines(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		rest := slices.DeleteFunc(have, func(l hold.Line) bool { return slices.Contains(offers, l.OfferID) })
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
