package cart

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ensureCart finds or makes the owner's cart. The update makes the row come back when it existed.
func ensureCart(ctx context.Context, db pg.DB, o Owner) (int64, error) {
	person, session := o.ids()
	return pg.Scalar[int64](ctx, db, `
		insert into carts (person_id, session_id) values ($1, $2)
		on conflict `+o.key()+` do update set person_id = excluded.person_id
		returning id`, person, session)
}

// key is the unique column that finds the owner's cart.
func (o Owner) key() string {
	if o.PersonID != 0 {
		return "(person_id)"
	}
	return "(session_id)"
}

// is finds the owner's rows by $1 or $2, whichever of ids is set. It names one column only: "this or
// that" would be planned anew for every request.
func (o Owner) is() string {
	if o.PersonID != 0 {
		return `(person_id = $1 and $2::bigint is null)`
	}
	return `(session_id = $2 and $1::bigint is null)`
}

// addLine puts units of an offer into the owner's cart, made where there is none yet, on top of those
// it holds, at the price of this moment. More units than a line may have are cut to the limit. No row
// comes back for an offer nobody sells.
func addLine(ctx context.Context, db pg.DB, o Owner, offerID int64, qty int) (added bool, err error) {
	person, session := o.ids()
	n, err := pg.Exec(ctx, db, `
		with have as materialized (
			select id from carts where `+o.is()+`
		), made as (
			insert into carts (person_id, session_id) select $1::bigint, $2::bigint where not exists (select from have)
			on conflict `+o.key()+` do update set person_id = excluded.person_id
			returning id
		), c as materialized (
			select id from have union all select id from made
		), f as materialized (
			select offer_id, max_qty, price, currency from offer_facts where offer_id = $3 and blocked is null
		)
		insert into cart_lines as l (cart_id, offer_id, qty, seen_price, seen_currency)
		select c.id, f.offer_id, least($4, f.max_qty, $5), f.price, f.currency
		from c, f
		where (select count(*) filter (where removed_at is null) < $6 or bool_or(offer_id = $3) from cart_lines where cart_id = c.id)
		on conflict (cart_id, offer_id) do update
		set qty = case when l.removed_at is null then least(l.qty + $4, $5) else excluded.qty end,
			seen_price = excluded.seen_price, seen_currency = excluded.seen_currency,
			selected = true, removed_at = null`,
		person, session, offerID, qty, MaxQty, MaxLines)
	return n == 1, errs.FromPG(err, guestGone)
}

// guestGone: the guest signed in while this was on its way, and their session is no more.
var guestGone = func() map[string]*errs.Error {
	entered := errs.New(errs.Conflict, "cart.add.entered")
	return map[string]*errs.Error{"carts_session_id_fkey": entered, "wishes_session_id_fkey": entered, "compare_items_session_id_fkey": entered}
}()

// selectRefusal says why an offer could not be put into a cart.
func selectRefusal(ctx context.Context, db pg.DB, offerID int64) (blocked string, known bool, err error) {
	type row struct{ Blocked string }
	r, known, err := pg.Opt[row](ctx, db, `select coalesce(blocked, '') as blocked from offer_facts where offer_id = $1`, offerID)
	return r.Blocked, known, err
}

// lineRow is a line as stored.
type lineRow struct {
	ID           int64
	CartID       int64
	OfferID      int64
	Qty          int
	Selected     bool
	SeenPrice    money.Amount
	SeenCurrency money.Currency
	RemovedAt    *time.Time
	Held         int // units that the cart's own checkout keeps
}

// selectLines reads the owner's cart, oldest line first, without those removed before since.
func selectLines(ctx context.Context, db pg.DB, o Owner, since time.Time) ([]lineRow, error) {
	person, session := o.ids()
	return pg.List[lineRow](ctx, db, linesOf(o), person, session, since)
}

// linesOf finds the cart first and its lines after it: a join of the two would read the lines of every cart
// while there are few.
func linesOf(o Owner) string {
	return `
		select l.id, l.cart_id, l.offer_id, l.qty, l.selected, l.seen_price, l.seen_currency, l.removed_at,
			coalesce((select h.qty from holds h where h.key = (select hold_key from carts where ` + o.is() + `)
				and h.offer_id = l.offer_id and (h.state = 'held') is true and h.expires_at > now()), 0) as held
		from cart_lines l
		where l.cart_id = (select id from carts where ` + o.is() + `) and (l.removed_at is null or l.removed_at > $3)
		order by l.id`
}

func setQty(ctx context.Context, db pg.DB, o Owner, lineID int64, qty int) error {
	person, session := o.ids()
	return found(pg.Exec(ctx, db, `
		update cart_lines l set qty = $4, removed_at = null
		from carts c where c.id = l.cart_id and `+o.is()+` and l.id = $3`, person, session, lineID, qty))
}

// setQtys sets the quantities of several lines, those that differ.
func setQtys(ctx context.Context, db pg.DB, o Owner, lines []int64, qtys []int32) error {
	person, session := o.ids()
	_, err := pg.Exec(ctx, db, `
		update cart_lines l set qty = t.qty
		from carts c, unnest($3::bigint[], $4::int[]) as t (line_id, qty)
		where c.id = l.cart_id and `+o.is()+` and l.id = t.line_id and l.removed_at is null and l.qty <> t.qty`,
		person, session, lines, qtys)
	return err
}

// stepQty adds delta to the stored quantity and stays within 1 and the limit.
func stepQty(ctx context.Context, db pg.DB, o Owner, lineID int64, delta int) error {
	person, session := o.ids()
	return found(pg.Exec(ctx, db, `
		update cart_lines l set qty = least(greatest(l.qty + $4, 1), $5)
		from carts c where c.id = l.cart_id and `+o.is()+` and l.id = $3 and l.removed_at is null`,
		person, session, lineID, delta, MaxQty))
}

func setRemoved(ctx context.Context, db pg.DB, o Owner, lineID int64, at *time.Time) error {
	person, session := o.ids()
	return found(pg.Exec(ctx, db, `
		update cart_lines l set removed_at = $4
		from carts c where c.id = l.cart_id and `+o.is()+` and l.id = $3`, person, session, lineID, at))
}

// acceptPrice makes the price of this moment the agreed one, if it is still the one shown to the buyer.
func acceptPrice(ctx context.Context, db pg.DB, o Owner, lineID int64, price money.Amount) (bool, error) {
	person, session := o.ids()
	n, err := pg.Exec(ctx, db, `
		update cart_lines l set seen_price = f.price, seen_currency = f.currency
		from carts c, offers f
		where c.id = l.cart_id and `+o.is()+` and l.id = $3 and f.id = l.offer_id and f.price = $4`,
		person, session, lineID, price)
	return n == 1, err
}

// selectOnly ticks exactly the given lines.
func selectOnly(ctx context.Context, db pg.DB, o Owner, lineIDs []int64) error {
	person, session := o.ids()
	_, err := pg.Exec(ctx, db, `
		update cart_lines l set selected = (l.id = any($3))
		from carts c
		where c.id = l.cart_id and `+o.is()+` and l.selected <> (l.id = any($3))`, person, session, lineIDs)
	return err
}

func countLines(ctx context.Context, db pg.DB, o Owner) (int, error) {
	person, session := o.ids()
	return pg.Scalar[int](ctx, db, linesIn(o), person, session)
}

func linesIn(o Owner) string {
	return `
		select count(*)::int from cart_lines where cart_id = (select id from carts where ` + o.is() + `) and removed_at is null`
}

type cartRow struct{ ID int64 }

func lockCart(ctx context.Context, db pg.DB, o Owner) (int64, bool, error) {
	person, session := o.ids()
	r, ok, err := pg.Opt[cartRow](ctx, db, `select id from carts where `+o.is()+` for update`, person, session)
	return r.ID, ok, err
}

// queuePick locks the owner's cart and then reads its lines, and the terms of their offers, as they are under the lock:
// statements of one round trip, because one would read the lines before it waits.
func queuePick(b *pgx.Batch, o Owner, since time.Time, p *Picking) {
	person, session := o.ids()
	b.Queue(`select id from carts where `+o.is()+` for update`, person, session).Query(pg.Into(&p.carts))
	b.Queue(linesOf(o), person, session, since).Query(pg.Into(&p.rows))
	catalog.QueueTermsOf(b, `select array_agg(offer_id) from cart_lines where cart_id = (select id from carts where `+o.is()+`)`,
		&p.terms, person, session)
}

// takeLines removes what was bought: a line keeps the units beyond those.
const takeLines = `
	with freed as (
		update carts set hold_key = '' where id = $1
	), bought as (
		select * from unnest($2::bigint[], $3::int[]) as b (offer_id, qty)
	), gone as (
		delete from cart_lines l using bought b
		where l.cart_id = $1 and l.offer_id = b.offer_id and l.qty <= b.qty
	)
	update cart_lines l set qty = l.qty - b.qty
	from bought b where l.cart_id = $1 and l.offer_id = b.offer_id and l.qty > b.qty`

const setHold = `update carts set hold_key = $2 where id = $1`

// selectProduct finds the card of a line.
func selectProduct(ctx context.Context, db pg.DB, o Owner, lineID int64) (int64, error) {
	person, session := o.ids()
	return pg.Scalar[int64](ctx, db, `
		select v.product_id
		from cart_lines l join carts c on c.id = l.cart_id join offers f on f.id = l.offer_id join variants v on v.id = f.variant_id
		where `+o.is()+` and l.id = $3`, person, session, lineID)
}

// mergeCart moves a guest's lines into a person's cart: one offer becomes one line with the larger
// quantity, so that signing in twice never doubles an order.
func mergeCart(ctx context.Context, db pg.DB, from, to int64) error {
	_, err := pg.Exec(ctx, db, `
		insert into cart_lines as l (cart_id, offer_id, qty, selected, seen_price, seen_currency, added_at)
		select $2, offer_id, qty, selected, seen_price, seen_currency, added_at
		from cart_lines where cart_id = $1 and removed_at is null
		order by offer_id
		on conflict (cart_id, offer_id) do update
		set qty = case when l.removed_at is null then greatest(l.qty, excluded.qty) else excluded.qty end,
			selected = true, removed_at = null`, from, to)
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, db, `
		with gone as (delete from carts where id = $1 returning hold_key)
		update carts set hold_key = gone.hold_key from gone where id = $2 and carts.hold_key = ''`, from, to)
	return err
}

// forgetRemoved deletes lines that can no longer be brought back.
func forgetRemoved(ctx context.Context, db pg.DB, before time.Time) (int64, error) {
	return pg.Exec(ctx, db, `delete from cart_lines where removed_at < $1`, before)
}

// found turns "no row of yours" into NotFound.
func found(n int64, err error) error {
	if err == nil && n == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return err
}

func untickOffers(ctx context.Context, db pg.DB, cartID int64, offers []int64) error {
	_, err := pg.Exec(ctx, db, `update cart_lines set selected = false where cart_id = $1 and offer_id = any($2)`, cartID, offers)
	return err
}
