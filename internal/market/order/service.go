package order

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Deps is what a Service stands on.
type Deps struct {
	Pool     *pgxpool.Pool
	Now      func() time.Time
	BaseURL  string // scheme and host of this site, for links in mails
	Carts    *cart.Service
	Shipping *shipping.Service
	Payments *payment.Service
	// Record keeps the decision behind a verdict of Judge, the checkout's, in the transaction of the order, under the
	// order's number. It is set at wiring; without it nothing goes abroad.
	Record func(ctx context.Context, tx pgx.Tx, number string, sellerID int64, v destination.Verdict) (decisionID int64, err error)
	// OnPaid, when set, learns in the transaction of the payment which orders that go abroad are paid.
	OnPaid func(ctx context.Context, tx pgx.Tx, orderIDs []int64) error
	// OnCalledOff, when set, learns in the same transaction that goods of an order were called off.
	OnCalledOff func(ctx context.Context, tx pgx.Tx, o Order, c Cancellation) error
}

// Service is the door to purchases and orders, and to the checkouts they come from.
type Service struct {
	Deps
	*checkout.Service
}

// New makes the service. The program gives Hooks to the payment service.
func New(d Deps) *Service {
	return &Service{Deps: d, Service: checkout.New(checkout.Deps{Pool: d.Pool, Now: d.Now, Carts: d.Carts, Shipping: d.Shipping})}
}

// Hooks are what payments tell purchases.
func (s *Service) Hooks() payment.Hooks {
	return payment.Hooks{
		Lock:          s.lockForMoney,
		OnCaptured:    s.MarkPaid,
		OnFailed:      s.onFailed,
		OnRefunded:    s.onRefunded,
		OnRefundAgain: s.onRefundAgain,
	}
}

// Buyer is who looks or acts: the owner of a cart and of purchases, the language they read, and the
// capability key of a guest who came by a link.
type Buyer struct {
	cart.Owner
	Lang i18n.Lang
	Key  string
}

// doer names the buyer in a parcel's history.
func (b Buyer) doer() Doer {
	if b.PersonID == 0 {
		return Doer{Actor: ByBuyer}
	}
	return Doer{Actor: ByBuyer, PersonID: &b.PersonID}
}

// AdoptGuest gives a guest's purchases and checkout to the person who signed in; call it inside the
// transaction of the sign-in, after cart.Merge.
func AdoptGuest(ctx context.Context, tx pgx.Tx, sessionID, personID int64) error {
	if err := adopt(ctx, tx, sessionID, personID); err != nil {
		return err
	}
	return checkout.Adopt(ctx, tx, sessionID, personID)
}

// Get reads a purchase for its buyer: the person who placed it, the browser it was placed from, or
// whoever holds a key from its mails. A number alone opens nothing: NotFound.
func (s *Service) Get(ctx context.Context, b Buyer, number string) (d Dossier, err error) {
	d.Purchase, err = s.open(ctx, s.Pool, b, number)
	if err != nil {
		return d, err
	}
	return d, fill(ctx, s.Pool, &d, d.Purchase.ID, 0)
}

// open finds a purchase the buyer may see.
func (s *Service) open(ctx context.Context, db pg.DB, b Buyer, number string) (Purchase, error) {
	if !numberForm.MatchString(number) {
		return Purchase{}, errs.New(errs.NotFound, "error.not_found")
	}
	p, err := selectPurchase(ctx, db, number)
	if err != nil {
		return p, err
	}
	return p, s.mayOpen(ctx, db, b, p)
}

func (s *Service) mayOpen(ctx context.Context, db pg.DB, b Buyer, p Purchase) error {
	switch {
	case p.PersonID != nil && b.PersonID == *p.PersonID:
		return nil
	case p.PersonID == nil && p.SessionID != nil && b.SessionID == *p.SessionID:
		return nil
	case b.Key != "":
		ok, err := keyOpens(ctx, db, p.ID, hashKey(b.Key))
		if err != nil || ok {
			return err
		}
	}
	return errs.New(errs.NotFound, "error.not_found")
}

// GetForSeller reads one order as its seller sees it; another seller's is NotFound.
func (s *Service) GetForSeller(ctx context.Context, sellerID int64, number string) (d Dossier, err error) {
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		o, err := selectSellerOrder(ctx, tx, sellerID, number)
		if err != nil {
			return err
		}
		d.Purchase = Purchase{ID: o.PurchaseID, Number: o.Number, Recipient: o.Recipient, Currency: o.Currency, PlacedAt: o.PlacedAt, PaidAt: o.PaidAt}
		return fill(ctx, tx, &d, o.PurchaseID, sellerID)
	})
	return d, err
}

// GetForAdmin reads any purchase by its number, or by the number of one of its orders.
func (s *Service) GetForAdmin(ctx context.Context, number string) (d Dossier, err error) {
	d.Purchase, err = selectPurchase(ctx, s.Pool, purchaseNumber(number))
	if err != nil {
		return d, err
	}
	return d, fill(ctx, s.Pool, &d, d.Purchase.ID, 0)
}

// purchaseNumber cuts an order's number "Y-7KQ2-918F-2" to its purchase's.
func purchaseNumber(number string) string {
	if len(number) > 11 {
		return number[:11]
	}
	return number
}

const listSize = 20

// Pile is a part of a buyer's list: everything, what is still under way, or what is over.
type Pile string

// Piles of the list.
const (
	PileAll    Pile = ""
	PileActive Pile = "active"
	PileDone   Pile = "done"
)

var piles = []Pile{PileAll, PileActive, PileDone}

// List gives the buyer's purchases, newest first.
func (s *Service) List(ctx context.Context, o cart.Owner, pile Pile, after string) (paging.Page[Row], error) {
	if o.Nobody() {
		return paging.Page[Row]{}, nil
	}
	return cutRows(after, func(c cursor) ([]Row, error) { return selectPurchases(ctx, s.Pool, o, pile, c, listSize+1) })
}

// ListForAdmin gives all purchases, newest first; q finds by number, address or name.
func (s *Service) ListForAdmin(ctx context.Context, q, after string) (paging.Page[Row], error) {
	return cutRows(after, func(c cursor) ([]Row, error) { return selectAllPurchases(ctx, s.Pool, pg.LikeSafe(q), c, listSize+1) })
}

// ListForSeller gives a queue of a seller's orders; find looks for a number, a name, a SKU, a title
// or a tracking number.
func (s *Service) ListForSeller(ctx context.Context, sellerID int64, q Queue, find, after string) (page paging.Page[Row], err error) {
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		page, err = cutRows(after, func(c cursor) ([]Row, error) {
			return selectSellerRows(ctx, tx, sellerID, q, pg.LikeSafe(find), c, listSize+1)
		})
		return err
	})
	return page, err
}

func cutRows(after string, read func(cursor) ([]Row, error)) (paging.Page[Row], error) {
	c, err := cursorOf(after)
	if err != nil {
		return paging.Page[Row]{}, err
	}
	rows, err := read(c)
	if err != nil {
		return paging.Page[Row]{}, err
	}
	return paging.Cut(rows, listSize, func(r Row) any { return cursor{At: r.PlacedAt, ID: r.ID} })
}

// Desk is a seller's day: what waits in which state and what was sold.
type Desk struct {
	Counts map[State]stateCount
	Days   []DaySales // paid days of the period and of the time before, oldest first; days without sales are absent
	Work   []Row      // orders to work on, at most ten
	Since  time.Time  // the first day of the time before
	Shop   shopState
}

// Today reads a seller's desk with the sales of a period.
func (s *Service) Today(ctx context.Context, sellerID int64, p period) (d Desk, err error) {
	now := s.Now()
	d.Since = p.since(now)
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		counts, err := countStates(ctx, tx, sellerID, now)
		if err != nil {
			return err
		}
		d.Counts = map[State]stateCount{}
		for _, c := range counts {
			d.Counts[c.State] = c
		}
		if d.Days, err = selectDays(ctx, tx, sellerID, d.Since); err != nil {
			return err
		}
		if d.Work, err = selectWork(ctx, tx, sellerID, 10); err != nil {
			return err
		}
		d.Shop, err = selectShop(ctx, tx, sellerID)
		return err
	})
	return d, err
}

func startOfDay(t time.Time) time.Time {
	t = t.In(i18n.Moscow)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, i18n.Moscow)
}

// Sales reads what a seller sold by day in a period and in the time before it, which begins since.
func (s *Service) Sales(ctx context.Context, sellerID int64, p period) (days []DaySales, since time.Time, err error) {
	since = p.since(s.Now())
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		days, err = selectDays(ctx, tx, sellerID, since)
		return err
	})
	return days, since, err
}

// CountWaiting puts into a batch the question how many orders a seller has yet to take, pack or hand over.
func CountWaiting(b *pgx.Batch, sellerID int64, n *int) {
	queueWaiting(b, sellerID, append(QueueNew.states(), QueueWork.states()...), n)
}

// Counts tells how many of a seller's orders have a parcel in each state.
func (s *Service) Counts(ctx context.Context, sellerID int64) (counts map[State]stateCount, err error) {
	counts = map[State]stateCount{}
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		list, err := countStates(ctx, tx, sellerID, s.Now())
		for _, c := range list {
			counts[c.State] = c
		}
		return err
	})
	return counts, err
}
