package order

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// Start takes the hold on the lines ticked in the cart and opens a checkout, or refreshes the one
// under way: reloading never buys more time. What cannot be held is Conflict and holds nothing.
func (s *Service) Start(ctx context.Context, o cart.Owner) (err error) {
	defer errs.Wrap(&err, "order.Start")
	if o.Nobody() {
		return errs.New(errs.Conflict, "cart.nothing_picked")
	}
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		var was situation
		b := &pgx.Batch{}
		picking := s.Carts.QueuePick(b, o)
		queueSituation(b, o, &was)
		if err := pg.Send(ctx, tx, b); err != nil {
			return err
		}
		cartID, lines, err := picking.Lines()
		if err != nil {
			return err
		}
		if was.Unpaid >= maxUnpaid {
			return errs.New(errs.Conflict, "order.checkout.too_many_unpaid", "n", was.Unpaid)
		}
		if was.Live {
			return s.holdAgain(ctx, tx, was, lines)
		}
		was.Draft.follow(destination.Of(ctx).Country)
		return s.holdFirst(ctx, tx, o, cartID, was, lines)
	})
}

// holdFirst opens a checkout and keeps the lines for it. The stock comes last: others who want the
// same goods wait from here to the commit and no longer.
func (s *Service) holdFirst(ctx context.Context, tx pgx.Tx, o cart.Owner, cartID int64, was situation, lines []catalog.HoldLine) error {
	key, b := newKey(), &pgx.Batch{}
	if was.Open {
		queueCloseOf(b, cartID, s.Now())
	}
	queueCheckout(b, key, o, cartID, was.Draft, HoldFor, s.Now(), lines)
	cart.QueueHold(b, cartID, key)
	return holdAll(ctx, tx, b, key, lines)
}

// holdAgain gives the checkout under way the lines ticked now. Its time goes on running.
func (s *Service) holdAgain(ctx context.Context, tx pgx.Tx, was situation, lines []catalog.HoldLine) error {
	have, err := selectCheckoutLines(ctx, tx, was.ID)
	if err != nil || sameLines(have, lines) {
		return err
	}
	b := &pgx.Batch{}
	queueCheckoutLines(b, was.ID, lines)
	return holdAll(ctx, tx, b, was.Key, lines)
}

// holdAll sends what b holds already, and with it takes all of the lines or none.
func holdAll(ctx context.Context, tx pgx.Tx, b *pgx.Batch, key string, lines []catalog.HoldLine) error {
	holding, err := catalog.QueueHold(b, key, lines, HoldFor)
	if err != nil {
		return err
	}
	if err := pg.Send(ctx, tx, b); err != nil {
		return err
	}
	short, err := holding.Short(ctx, tx)
	if err == nil && len(short) > 0 {
		err = errs.New(errs.Conflict, "order.checkout.short")
	}
	return err
}

// sameLines compares lines in whatever order.
func sameLines(a, b []catalog.HoldLine) bool {
	units := make(map[int64]int, len(a))
	for _, l := range a {
		units[l.OfferID] += l.Qty
	}
	for _, l := range b {
		units[l.OfferID] -= l.Qty
	}
	for _, n := range units {
		if n != 0 {
			return false
		}
	}
	return true
}

// View is a checkout as its page shows it.
type View struct {
	Checkout Checkout
	Quote    Quote
	Expired  bool
	Now      time.Time
}

// Current prices the owner's checkout under way. ok is false when there is none.
func (s *Service) Current(ctx context.Context, o cart.Owner) (v View, ok bool, err error) {
	return s.current(ctx, o, nil)
}

// current prices the checkout with the draft that was kept, or with typed in its place. It keeps
// nothing: of several questions of a page under way at once the last to arrive must not overwrite
// what was typed meanwhile.
func (s *Service) current(ctx context.Context, o cart.Owner, typed *Draft) (v View, ok bool, err error) {
	defer errs.Wrap(&err, "order.Current")
	if o.Nobody() {
		return v, false, nil
	}
	c, ok, err := selectOpenHeld(ctx, s.Pool, o, typed == nil || !typed.Recipient.Abroad())
	if err != nil || !ok {
		return v, false, err
	}
	v.Checkout, v.Expired, v.Now = c.Checkout, !c.Live, s.Now()
	if typed != nil {
		v.Checkout.Draft = *typed
	}
	v.Quote, err = s.quote(ctx, c, v.Checkout.Draft)
	return v, true, err
}

// quote prices held lines as the draft wants them sent. What goes abroad is asked about over the network: no transaction
// may be open.
func (s *Service) quote(ctx context.Context, c held, d Draft) (Quote, error) {
	sales, parcels, err := gatherSales(c.lines(), c.offers)
	if err != nil {
		return Quote{}, err
	}
	if d.Recipient.Abroad() {
		exchange, err := s.quoteAbroad(ctx, sales, parcels, d)
		if err != nil {
			return Quote{}, err
		}
		q, err := price(sales)
		q.Exchange = exchange
		return q, err
	}
	options, err := s.Shipping.Quotes(ctx, c.ways, parcels, shipping.Destination{Postcode: d.Recipient.Postcode, City: d.Recipient.City})
	if err != nil {
		return Quote{}, err
	}
	for i := range sales {
		sales[i].Options = options[sales[i].SellerID]
		sales[i].choose(d.Ship[sales[i].SellerID])
	}
	return price(sales)
}

// Keep stores what was typed so far.
func (s *Service) Keep(ctx context.Context, o cart.Owner, key string, d Draft) error {
	return setDraft(ctx, s.Pool, o, key, d)
}

// Extend prolongs the hold, once.
func (s *Service) Extend(ctx context.Context, o cart.Owner, key string) (err error) {
	defer errs.Wrap(&err, "order.Extend")
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		c, err := lockCheckout(ctx, tx, o, key)
		if err != nil {
			return err
		}
		until, err := catalog.Extend(ctx, tx, key)
		if err != nil {
			return err
		}
		return setExpiry(ctx, tx, c.ID, until, true)
	})
}

// Drop gives the held goods back and closes the checkout; the cart stays as it is.
func (s *Service) Drop(ctx context.Context, o cart.Owner, key string) (err error) {
	defer errs.Wrap(&err, "order.Drop")
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		c, err := lockCheckout(ctx, tx, o, key)
		if err != nil || c.ClosedAt != nil {
			return err
		}
		if err := catalog.Release(ctx, tx, key); err != nil {
			return err
		}
		b := &pgx.Batch{}
		if c.CartID != nil {
			cart.QueueHold(b, *c.CartID, "")
		}
		b.Queue(closeCheckout, c.ID, s.Now())
		return pg.Send(ctx, tx, b)
	})
}

// backFor is how long the back button of a buyer who has paid leads to what was bought.
const backFor = time.Hour

// LastPlaced finds the purchase the owner placed last, while it waits for its money or is fresh:
// where the back button of a buyer who just pressed "pay" leads.
func (s *Service) LastPlaced(ctx context.Context, o cart.Owner) (number string, ok bool, err error) {
	if o.Nobody() {
		return "", false, nil
	}
	c, ok, err := selectLastCheckout(ctx, s.Pool, o)
	if err != nil || !ok || c.PurchaseID == nil {
		return "", false, err
	}
	p, err := selectPurchaseByID(ctx, s.Pool, *c.PurchaseID)
	return p.Number, err == nil && (p.Open() || s.Now().Sub(p.PlacedAt) < backFor), err
}
