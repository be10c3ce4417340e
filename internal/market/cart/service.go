package cart

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service keeps carts, wish lists and comparisons.
type Service struct {
	pool *pgxpool.Pool
	now  func() time.Time
	// Abroad, when set, says what may be sent to the visitor's country.
	Abroad destination.Judge
}

// New makes the service.
func New(pool *pgxpool.Pool, now func() time.Time) *Service {
	return &Service{pool: pool, now: now}
}

// Count is the number of lines in the owner's cart, for the header of every page; 0 for nobody.
func Count(ctx context.Context, db pg.DB, o Owner) (int, error) {
	if o.Nobody() {
		return 0, nil
	}
	return countLines(ctx, db, o)
}

// QueueCount is Count of somebody as a part of the caller's round trip: n is there once the batch is sent.
func QueueCount(b *pgx.Batch, o Owner, n *int) {
	person, session := o.ids()
	b.Queue(linesIn(o), person, session).QueryRow(func(row pgx.Row) error { return row.Scan(n) })
}

// QueueHold notes, as a part of the caller's round trip, which hold keeps goods for a cart; "" forgets it.
func QueueHold(b *pgx.Batch, cartID int64, key string) { b.Queue(setHold, cartID, key) }

// Untick leaves offers of a cart for another time: they stay in it and do not go to the checkout.
func Untick(ctx context.Context, tx pgx.Tx, cartID int64, offers []int64) error {
	return untickOffers(ctx, tx, cartID, offers)
}

// QueueTake removes, as a part of the caller's round trip, what was bought and forgets the hold: a line
// keeps the units beyond those bought.
func QueueTake(b *pgx.Batch, cartID int64, bought []hold.Line) {
	offers, qtys := make([]int64, len(bought)), make([]int32, len(bought))
	for i, l := range bought {
		offers[i], qtys[i] = l.OfferID, int32(l.Qty)
	}
	b.Queue(takeLines, cartID, offers, qtys)
}

// Merge gives a guest's cart, wish list and comparison to the person who signed in. It is called
// inside the transaction of the sign-in, before the guest's session ends; doing it twice changes nothing.
func Merge(ctx context.Context, tx pgx.Tx, sessionID, personID int64) (err error) {
	defer errs.Wrap(&err, "cart.Merge(%d, %d)", sessionID, personID)
	guest, person := Owner{SessionID: sessionID}, Owner{PersonID: personID}
	from, ok, err := lockCart(ctx, tx, guest)
	if err != nil {
		return err
	}
	if ok {
		to, err := ensureCart(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := mergeCart(ctx, tx, from, to); err != nil {
			return err
		}
	}
	for _, s := range []Shelf{Wishes, Compare} {
		if err := mergeShelf(ctx, tx, s, sessionID, personID); err != nil {
			return err
		}
	}
	return nil
}

// Get reads the owner's cart with every line as it stands now: two queries.
func (s *Service) Get(ctx context.Context, o Owner) (Cart, error) {
	return get(ctx, s.pool, o, s.now())
}

// Picking is a cart that a batch locks for a checkout: Lines tells what is taken of it once the batch is sent.
type Picking struct {
	carts []cartRow
	rows  []lineRow
	terms map[int64]catalog.OfferLine
}

// QueuePick locks the owner's cart for the rest of the transaction, and reads it, as a part of the caller's round trip.
func (s *Service) QueuePick(b *pgx.Batch, o Owner) *Picking {
	p := &Picking{}
	queuePick(b, o, s.now(), p)
	return p
}

// Lines answers what a checkout takes of the cart; where there is nothing to take, or something to decide first, that is
// Conflict.
func (p *Picking) Lines() (cartID int64, lines []hold.Line, err error) {
	if len(p.carts) == 0 {
		return 0, nil, errs.New(errs.Conflict, "cart.nothing_picked")
	}
	lines, err = cartOf(p.rows, p.terms).Picked()
	return p.carts[0].ID, lines, err
}

func get(ctx context.Context, db pg.DB, o Owner, now time.Time) (c Cart, err error) {
	if o.Nobody() {
		return Cart{}, nil
	}
	rows, err := selectLines(ctx, db, o, now.Add(-undoFor))
	if err != nil || len(rows) == 0 {
		return Cart{}, err
	}
	offers, err := catalog.OffersForCart(ctx, db, offersOf(rows))
	if err != nil {
		return Cart{}, err
	}
	return cartOf(rows, offers), nil
}

func offersOf(rows []lineRow) []int64 {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.OfferID
	}
	return ids
}

func cartOf(rows []lineRow, offers map[int64]catalog.OfferLine) (c Cart) {
	for _, r := range rows {
		c.ID = r.CartID
		c.Lines = append(c.Lines, r.line(offers[r.OfferID]))
	}
	return c
}

// line joins a stored line with its offer; held units are free for their own buyer.
func (r lineRow) line(o catalog.OfferLine) Line {
	if r.Held > 0 {
		o.Free += r.Held
		if o.Reason == catalog.SoldOut {
			o.Reason = catalog.Buyable
		}
		if o.Reason == catalog.Buyable {
			o.MaxQty += r.Held
		}
	}
	return Line{ID: r.ID, OfferID: r.OfferID, Qty: r.Qty, Selected: r.Selected, Removed: r.RemovedAt != nil,
		Seen: catalog.Price{Amount: r.SeenPrice, Currency: r.SeenCurrency}, Offer: o}
}

// Add puts units of an offer into the owner's cart. An offer that cannot be bought is Conflict with
// the reason, an unknown one NotFound.
func (s *Service) Add(ctx context.Context, o Owner, offerID int64, qty int) (err error) {
	defer errs.Wrap(&err, "cart.Add(%d)", offerID)
	added, err := addLine(ctx, s.pool, o, offerID, qty)
	if err != nil || added {
		return err
	}
	blocked, known, err := selectRefusal(ctx, s.pool, offerID)
	switch {
	case err != nil:
		return err
	case !known:
		return errs.New(errs.NotFound, "cart.add.unknown")
	case blocked != "":
		return errs.New(errs.Conflict, "cart.add."+blocked)
	}
	return errs.New(errs.Conflict, "cart.add.full", "max", MaxLines)
}

// SetQty sets a line's quantity; it brings a removed line back.
func (s *Service) SetQty(ctx context.Context, o Owner, lineID int64, qty int) error {
	if qty < 1 || qty > MaxQty {
		return qtyError("cart.qty.most")
	}
	return setQty(ctx, s.pool, o, lineID, qty)
}

// Step adds delta units to a line, staying within 1 and MaxQty.
func (s *Service) Step(ctx context.Context, o Owner, lineID int64, delta int) error {
	return stepQty(ctx, s.pool, o, lineID, delta)
}

// Remove takes a line out; for half an hour Restore brings it back.
func (s *Service) Remove(ctx context.Context, o Owner, lineID int64) error {
	now := s.now()
	return setRemoved(ctx, s.pool, o, lineID, &now)
}

// Restore brings a removed line back.
func (s *Service) Restore(ctx context.Context, o Owner, lineID int64) error {
	return setRemoved(ctx, s.pool, o, lineID, nil)
}

// Accept agrees to the price shown. If it changed again meanwhile, it is Conflict and the cart shows
// the newer one.
func (s *Service) Accept(ctx context.Context, o Owner, lineID int64, price money.Amount) error {
	ok, err := acceptPrice(ctx, s.pool, o, lineID, price)
	if err == nil && !ok {
		err = errs.New(errs.Conflict, "cart.price_moved")
	}
	return err
}

// Select ticks exactly the given lines for checkout.
func (s *Service) Select(ctx context.Context, o Owner, lineIDs []int64) error {
	return selectOnly(ctx, s.pool, o, append([]int64{}, lineIDs...))
}

// Later moves a line to the wish list.
func (s *Service) Later(ctx context.Context, o Owner, lineID int64) error {
	return pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		product, err := selectProduct(ctx, tx, o, lineID)
		if err != nil {
			return err
		}
		if _, err := putOnShelf(ctx, tx, Wishes, o, product); err != nil {
			return err
		}
		now := s.now()
		return setRemoved(ctx, tx, o, lineID, &now)
	})
}

// Put keeps a card on a shelf; a full shelf is Conflict.
func (s *Service) Put(ctx context.Context, shelf Shelf, o Owner, productID int64) error {
	have, err := selectShelf(ctx, s.pool, shelf, o)
	if err != nil {
		return err
	}
	if len(have) >= shelf.limit() {
		return errs.New(errs.Conflict, shelf.key("full"), "max", shelf.limit())
	}
	_, err = putOnShelf(ctx, s.pool, shelf, o, productID)
	return err
}

// TakeOff takes a card off a shelf; one that is not there is no error.
func (s *Service) TakeOff(ctx context.Context, shelf Shelf, o Owner, productID int64) error {
	return takeOffShelf(ctx, s.pool, shelf, o, productID)
}

// OnShelf lists the cards of a shelf, the newest first; none for nobody.
func (s *Service) OnShelf(ctx context.Context, shelf Shelf, o Owner) ([]int64, error) {
	if o.Nobody() {
		return nil, nil
	}
	return selectShelf(ctx, s.pool, shelf, o)
}

// Sweep forgets lines removed too long ago to be brought back.
func (s *Service) Sweep(ctx context.Context) (int64, error) {
	return forgetRemoved(ctx, s.pool, s.now().Add(-24*time.Hour))
}
