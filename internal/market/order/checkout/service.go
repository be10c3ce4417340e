package checkout

import (
	"context"
	"crypto/rand"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Deps is what a Service stands on.
type Deps struct {
	Pool     *pgxpool.Pool
	Now      func() time.Time
	Carts    *cart.Service
	Shipping *shipping.Service
	// Judge says what may be sent abroad. It is set at wiring; without it nothing goes abroad.
	Judge destination.Judge
	// Exchange, when set, gives the rate that a foreign buyer's sums are shown by.
	Exchange func(ctx context.Context, c destination.Choice) destination.Exchange
}

// Service is the door to checkouts.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// Start takes the hold on the lines ticked in the cart and opens a checkout, or refreshes the one
// under way: reloading never buys more time. What cannot be held is Conflict and holds nothing.
func (s *Service) Start(ctx context.Context, o cart.Owner) (err error) {
	defer errs.Wrap(&err, "checkout.Start")
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
		turned := was.Draft.follow(destination.Of(ctx).Country)
		if !was.Live {
			return s.holdFirst(ctx, tx, o, cartID, was, lines)
		}
		if turned { // the cart just spoke of another country than the checkout under way
			if err := setDraft(ctx, tx, o, was.Key, was.Draft); err != nil {
				return err
			}
		}
		return s.holdAgain(ctx, tx, was, lines)
	})
}

// holdFirst opens a checkout and keeps the lines for it. The stock comes last: others who want the
// same goods wait from here to the commit and no longer.
func (s *Service) holdFirst(ctx context.Context, tx pgx.Tx, o cart.Owner, cartID int64, was situation, lines []hold.Line) error {
	key, b := rand.Text(), &pgx.Batch{}
	if was.Open {
		queueCloseOf(b, cartID, s.Now())
	}
	queueCheckout(b, key, o, cartID, was.Draft, HoldFor, s.Now(), lines)
	cart.QueueHold(b, cartID, key)
	return holdAll(ctx, tx, b, key, lines)
}

// holdAgain gives the checkout under way the lines ticked now. Its time goes on running.
func (s *Service) holdAgain(ctx context.Context, tx pgx.Tx, was situation, lines []hold.Line) error {
	have, err := selectCheckoutLines(ctx, tx, was.ID)
	if err != nil || SameLines(have, lines) {
		return err
	}
	b := &pgx.Batch{}
	queueCheckoutLines(b, was.ID, lines)
	return holdAll(ctx, tx, b, was.Key, lines)
}

// holdAll sends what b holds already, and with it takes all of the lines or none.
func holdAll(ctx context.Context, tx pgx.Tx, b *pgx.Batch, key string, lines []hold.Line) error {
	holding, err := hold.QueueTake(b, key, lines, HoldFor)
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

// SameLines compares lines in whatever order.
func SameLines(a, b []hold.Line) bool {
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
	InCart   int // lines in the buyer's cart, for the head of the page
}

// Current prices the owner's checkout under way. ok is false when there is none.
func (s *Service) Current(ctx context.Context, o cart.Owner) (v View, ok bool, err error) {
	return s.Preview(ctx, o, nil)
}

// Preview prices the checkout with the draft that was kept, or with typed in its place. It keeps
// nothing: of several questions of a page under way at once the last to arrive must not overwrite
// what was typed meanwhile.
func (s *Service) Preview(ctx context.Context, o cart.Owner, typed *Draft) (v View, ok bool, err error) {
	defer errs.Wrap(&err, "checkout.Current")
	if o.Nobody() {
		return v, false, nil
	}
	c, ok, err := selectOpenHeld(ctx, s.Pool, o, typed == nil || !typed.Recipient.Abroad(), typed == nil)
	if err != nil || !ok {
		return v, false, err
	}
	v.Checkout, v.Expired, v.Now, v.InCart = c.Checkout, !c.Live, s.Now(), c.inCart
	if typed != nil {
		v.Checkout.Draft = *typed
	}
	v.Quote, err = s.Quote(ctx, c, v.Checkout.Draft)
	return v, true, err
}

// Quote prices held lines as the draft wants them sent. What goes abroad is asked about over the network: no transaction
// may be open.
func (s *Service) Quote(ctx context.Context, c Held, d Draft) (Quote, error) {
	sales, parcels, err := gatherSales(c.Lines(), c.offers)
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
	defer errs.Wrap(&err, "checkout.Extend")
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		c, err := lockCheckout(ctx, tx, o, key)
		if err != nil {
			return err
		}
		until, err := hold.Extend(ctx, tx, key)
		if err != nil {
			return err
		}
		return setExpiry(ctx, tx, c.ID, until, true)
	})
}

// Drop gives the held goods back and closes the checkout; the cart stays as it is.
func (s *Service) Drop(ctx context.Context, o cart.Owner, key string) (err error) {
	defer errs.Wrap(&err, "checkout.Drop")
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		c, err := lockCheckout(ctx, tx, o, key)
		if err != nil || c.ClosedAt != nil {
			return err
		}
		if err := hold.Release(ctx, tx, key); err != nil {
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

// ErrPriceChanged says that the total is not the one the buyer saw: the page shows the new one and
// asks again.
var ErrPriceChanged = errs.New(errs.Conflict, "order.place.price_changed")
