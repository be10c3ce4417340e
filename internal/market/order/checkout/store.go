package checkout

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const checkoutCols = `c.id, c.key, c.person_id, c.session_id, c.cart_id, c.expires_at, c.extended, c.draft, c.closed_at, c.purchase_id`

// ownedBy finds the owner's rows of a table by $1, the person, or $2, the guest's session. It names
// one column only: "this or that" would be planned anew for every request.
func ownedBy(o cart.Owner, table string) string {
	if o.PersonID != 0 {
		return `(` + table + `.person_id = $1 and $2::bigint is not null)`
	}
	return `(` + table + `.session_id = $2 and $1::bigint = 0)`
}

// Checkout is one attempt to buy.
type Checkout struct {
	ID         int64
	Key        string
	PersonID   *int64
	SessionID  *int64
	CartID     *int64
	ExpiresAt  time.Time
	Extended   bool
	Draft      Draft
	ClosedAt   *time.Time
	PurchaseID *int64
}

// lockCheckout takes the owner's checkout with this key, open or not.
func lockCheckout(ctx context.Context, db pg.DB, o cart.Owner, key string) (Checkout, error) {
	return pg.One[Checkout](ctx, db, `
		select `+checkoutCols+` from checkouts c where `+ownedBy(o, "c")+` and c.key = $3 for update`, o.PersonID, o.SessionID, key)
}

// Attempt is a checkout with the lines it holds: about to become a purchase, or one that did.
type Attempt struct {
	Checkout
	Number *string // of the purchase it became
	Live   bool    // its goods are still held
	Offers []int64
	Qtys   []int32
}

// Lines are what is held.
func (a Attempt) Lines() []hold.Line {
	lines := make([]hold.Line, len(a.Offers))
	for i := range a.Offers {
		lines[i] = hold.Line{OfferID: a.Offers[i], Qty: int(a.Qtys[i])}
	}
	return lines
}

// attempts reads checkouts c of the owner with their lines, for a condition to follow.
func attempts(o cart.Owner) string {
	return `
		select ` + checkoutCols + `, p.number, c.offers, c.qtys,
			exists (select from holds h where h.key = c.key and (h.state = 'held') is true and h.expires_at > now()) as live
		from checkouts c
		left join purchases p on p.id = c.purchase_id
		where ` + ownedBy(o, "c")
}

// Held is an attempt with what is known of its offers now, and how their sellers deliver: what its price comes from.
type Held struct {
	Attempt
	offers map[int64]catalog.OfferLine
	ways   shipping.Ways
	inCart int // lines, where they were counted
}

// Find reads the owner's checkout with this key, open or not; delivered asks for the ways, too.
func Find(ctx context.Context, db pg.DB, o cart.Owner, key string, delivered bool) (Held, bool, error) {
	return readHeld(ctx, db, o, delivered, false, ` and c.key = $3`, o.PersonID, o.SessionID, key)
}

// selectOpenHeld reads the checkout under way; its hold may have run out already. "(…) is true", here and below, keeps
// PostgreSQL off the indexes of all that is open now: after a quiet hour it thinks them empty, and reads them whole for
// one buyer.
func selectOpenHeld(ctx context.Context, db pg.DB, o cart.Owner, delivered, counted bool) (Held, bool, error) {
	return readHeld(ctx, db, o, delivered, counted, ` and (c.closed_at is null) is true order by c.id desc limit 1`, o.PersonID, o.SessionID)
}

// readHeld reads one of the owner's checkouts and all that its price comes from in one round trip; counted asks for what is
// in the cart, too.
func readHeld(ctx context.Context, db pg.DB, o cart.Owner, delivered, counted bool, which string, args ...any) (h Held, ok bool, err error) {
	its := `select c.offers from checkouts c where ` + ownedBy(o, "c") + which
	for range 2 { // another tab may change the lines from one statement to the next
		var found []Attempt
		b := &pgx.Batch{}
		b.Queue(attempts(o)+which, args...).Query(pg.Into(&found))
		catalog.QueueOffersOf(b, its, &h.offers, args...)
		if delivered {
			shipping.QueueWaysOf(b, `select array_agg(f.seller_id) from offers f where f.id = any((`+its+`)::bigint[])`, &h.ways, args...)
		}
		if counted {
			cart.QueueCount(b, o, &h.inCart)
		}
		if err := pg.Send(ctx, db, b); err != nil || len(found) == 0 {
			return h, false, err
		}
		if h.Attempt = found[0]; h.whole() {
			break
		}
	}
	return h, true, nil
}

// whole reports whether something is known of each line's offer.
func (h Held) whole() bool {
	return !slices.ContainsFunc(h.Offers, func(id int64) bool { _, known := h.offers[id]; return !known })
}

// Last finds the newest checkout of the owner, also one that became a purchase.
func Last(ctx context.Context, db pg.DB, o cart.Owner) (Checkout, bool, error) {
	return pg.Opt[Checkout](ctx, db, `
		select `+checkoutCols+` from checkouts c where `+ownedBy(o, "c")+` order by c.id desc limit 1`, o.PersonID, o.SessionID)
}

// situation is where a buyer stands who goes to the till: the checkout under way, or the last one for
// what was typed there, whether its goods are still held, and how many purchases wait for money.
type situation struct {
	ID     int64
	Key    string
	Draft  Draft
	Open   bool
	Live   bool
	Unpaid int
}

func queueSituation(b *pgx.Batch, o cart.Owner, was *situation) {
	b.Queue(`
		select coalesce(c.id, 0) as id, coalesce(c.key, '') as key, coalesce(c.draft, '{}') as draft, u.n as unpaid,
			c.id is not null and c.closed_at is null as open,
			c.closed_at is null and exists (select from holds h where h.key = c.key and (h.state = 'held') is true and h.expires_at > now()) as live
		from (
			select count(*)::int as n from purchases p where (p.paid_at is null and p.closed_at is null) is true and `+ownedBy(o, "p")+`
		) u left join lateral (
			select * from checkouts c where `+ownedBy(o, "c")+` order by c.closed_at is null desc, c.id desc limit 1
		) c on true`, o.PersonID, o.SessionID).Query(func(rows pgx.Rows) (err error) {
		*was, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[situation])
		return err
	})
}

// queueCloseOf closes the checkout of a cart whose time ran out: a cart has one open at most.
func queueCloseOf(b *pgx.Batch, cartID int64, now time.Time) {
	b.Queue(`update checkouts set closed_at = $2 where cart_id = $1 and closed_at is null`, cartID, now)
}

// queueCheckout begins an attempt to buy the lines. Its time is counted by the clock that counts the hold's: the database's.
func queueCheckout(b *pgx.Batch, key string, o cart.Owner, cartID int64, draft Draft, ttl time.Duration, now time.Time, lines []hold.Line) {
	offers, qtys := holdColumns(lines)
	b.Queue(`
		insert into checkouts (key, person_id, session_id, cart_id, draft, expires_at, created_at, offers, qtys)
		values ($1, nullif($2, 0::bigint), nullif($3, 0::bigint), $4, $5, now() + $6::interval, $7, $8::bigint[], $9::int[])`,
		key, o.PersonID, o.SessionID, cartID, draft, ttl, now, offers, qtys)
}

func holdColumns(lines []hold.Line) (offers []int64, qtys []int32) {
	for _, l := range lines {
		offers, qtys = append(offers, l.OfferID), append(qtys, int32(l.Qty))
	}
	return offers, qtys
}

const closeCheckout = `update checkouts set closed_at = $2 where id = $1 and (closed_at is null) is true`

func queueCheckoutLines(b *pgx.Batch, id int64, lines []hold.Line) {
	offers, qtys := holdColumns(lines)
	b.Queue(`update checkouts set offers = $2::bigint[], qtys = $3::int[] where id = $1`, id, offers, qtys)
}

func selectCheckoutLines(ctx context.Context, db pg.DB, id int64) ([]hold.Line, error) {
	return pg.List[hold.Line](ctx, db, `
		select l.offer_id, l.qty from checkouts c, unnest(c.offers, c.qtys) as l (offer_id, qty) where c.id = $1`, id)
}

func setExpiry(ctx context.Context, db pg.DB, id int64, until time.Time, extended bool) error {
	_, err := pg.Exec(ctx, db, `update checkouts set expires_at = $2, extended = $3 where id = $1`, id, until, extended)
	return err
}

func setDraft(ctx context.Context, db pg.DB, o cart.Owner, key string, d Draft) error {
	_, err := pg.Exec(ctx, db, `
		update checkouts c set draft = $4 where `+ownedBy(o, "c")+` and c.key = $3 and (c.closed_at is null) is true`, o.PersonID, o.SessionID, key, d)
	return err
}

// Adopt moves a guest's checkout under way to the person who signed in.
func Adopt(ctx context.Context, db pg.DB, sessionID, personID int64) error {
	_, err := pg.Exec(ctx, db, `
		update checkouts c set person_id = $2, cart_id = p.id
		from carts p
		where p.person_id = $2 and c.session_id = $1 and c.person_id is null and c.closed_at is null
			and not exists (select from checkouts x where x.cart_id = p.id and x.closed_at is null)`, sessionID, personID)
	return err
}
