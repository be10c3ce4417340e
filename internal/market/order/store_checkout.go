package order

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const (
	checkoutCols = `c.id, c.key, c.person_id, c.session_id, c.cart_id, c.expires_at, c.extended, c.draft, c.closed_at, c.purchase_id`
	checkoutIs   = `(c.person_id = nullif($1, 0::bigint) or c.session_id = nullif($2, 0::bigint))`
)

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
		select `+checkoutCols+` from checkouts c where `+checkoutIs+` and c.key = $3 for update`, o.PersonID, o.SessionID, key)
}

// selectOpenCheckout finds the checkout under way; its hold may have run out already.
func selectOpenCheckout(ctx context.Context, db pg.DB, o cart.Owner) (Checkout, bool, error) {
	return pg.Opt[Checkout](ctx, db, `
		select `+checkoutCols+` from checkouts c
		where `+checkoutIs+` and c.closed_at is null order by c.id desc limit 1`, o.PersonID, o.SessionID)
}

// selectLastCheckout finds the newest checkout of the owner, also one that became a purchase.
func selectLastCheckout(ctx context.Context, db pg.DB, o cart.Owner) (Checkout, bool, error) {
	return pg.Opt[Checkout](ctx, db, `
		select `+checkoutCols+` from checkouts c where `+checkoutIs+` order by c.id desc limit 1`, o.PersonID, o.SessionID)
}

func insertCheckout(ctx context.Context, db pg.DB, key string, o cart.Owner, cartID int64, draft Draft, expires, now time.Time) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		insert into checkouts (key, person_id, session_id, cart_id, draft, expires_at, created_at)
		values ($1, nullif($2, 0::bigint), nullif($3, 0::bigint), $4, $5, $6, $7) returning id`,
		key, o.PersonID, o.SessionID, cartID, draft, expires, now)
}

func closeOpenCheckouts(ctx context.Context, db pg.DB, cartID int64, now time.Time) error {
	_, err := pg.Exec(ctx, db, `update checkouts set closed_at = $2 where cart_id = $1 and closed_at is null`, cartID, now)
	return err
}

func closeCheckout(ctx context.Context, db pg.DB, id int64, now time.Time) error {
	_, err := pg.Exec(ctx, db, `update checkouts set closed_at = $2 where id = $1 and closed_at is null`, id, now)
	return err
}

func replaceCheckoutLines(ctx context.Context, db pg.DB, id int64, lines []catalog.HoldLine) error {
	offers, qtys := make([]int64, len(lines)), make([]int32, len(lines))
	for i, l := range lines {
		offers[i], qtys[i] = l.OfferID, int32(l.Qty)
	}
	_, err := pg.Exec(ctx, db, `
		with gone as (
			delete from checkout_lines where checkout_id = $1 and offer_id <> all($2::bigint[])
		)
		insert into checkout_lines (checkout_id, offer_id, qty)
		select $1, offer_id, qty from unnest($2::bigint[], $3::int[]) as l (offer_id, qty)
		on conflict (checkout_id, offer_id) do update set qty = excluded.qty`, id, offers, qtys)
	return err
}

func selectCheckoutLines(ctx context.Context, db pg.DB, id int64) ([]catalog.HoldLine, error) {
	return pg.List[catalog.HoldLine](ctx, db, `
		select offer_id, qty from checkout_lines where checkout_id = $1 order by offer_id`, id)
}

func setExpiry(ctx context.Context, db pg.DB, id int64, until time.Time, extended bool) error {
	_, err := pg.Exec(ctx, db, `update checkouts set expires_at = $2, extended = $3 where id = $1`, id, until, extended)
	return err
}

func setDraft(ctx context.Context, db pg.DB, o cart.Owner, key string, d Draft) error {
	_, err := pg.Exec(ctx, db, `
		update checkouts c set draft = $4 where `+checkoutIs+` and c.key = $3 and c.closed_at is null`, o.PersonID, o.SessionID, key, d)
	return err
}

// adoptCheckouts moves a guest's checkout under way to the person who signed in.
func adoptCheckouts(ctx context.Context, db pg.DB, sessionID, personID int64) error {
	_, err := pg.Exec(ctx, db, `
		update checkouts c set person_id = $2, cart_id = p.id
		from carts p
		where p.person_id = $2 and c.session_id = $1 and c.person_id is null and c.closed_at is null
			and not exists (select from checkouts x where x.cart_id = p.id and x.closed_at is null)`, sessionID, personID)
	return err
}
