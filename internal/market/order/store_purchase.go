package order

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const purchaseCols = `id, number, attempt_key, person_id, session_id, email, recipient, lang, comment, provider, currency,
	goods, delivery, discount, total, placed_at, pay_by, paid_at, closed_at, closed_reason`

// draftOrder is one seller's order about to be written; lines run beside each other.
type draftOrder struct {
	SellerID  int64
	Method    Delivery
	Sums      checkout.Sums
	DueAt     *time.Time
	FirstLine int
}

// written is an order that insertPurchase made.
type written struct {
	ID         int64
	PurchaseID int64
	SellerID   int64
	Number     string
	Total      money.Amount
	PlacedAt   time.Time
	PayBy      time.Time
}

var purchaseConflicts = map[string]*errs.Error{
	"purchases_number_key":      errNumberTaken,
	"purchases_attempt_key_key": errNumberTaken,
}

var errNumberTaken = errs.New(errs.Unavailable, "order.place.try_again")

// insertPurchase writes a purchase, its orders, lines, first parcels and their first events, and
// closes the checkout with what was typed last, and keeps the key of the letter about it: one statement, whatever the number of lines. A checkout that was closed by
// somebody else, even while this waited for it, gives no rows. It is placed when p says, and to be paid
// within a time by the clock that ends holds, the database's: another clock may jump. It is sent as a batch, with which
// the transaction begins.
func insertPurchase(ctx context.Context, db pg.DB, c checkout.Checkout, p Purchase, within time.Duration, key []byte, orders []draftOrder, lines []Line) (made []written, err error) {
	args := purchaseArgs(c, p, within)
	args["key_hash"] = key
	addOrderArgs(args, orders)
	addLineArgs(args, lines)
	b := &pgx.Batch{}
	b.Queue(`
		with open as (
			select id from checkouts where id = @checkout_id and (closed_at is null) is true for update
		), p as (
			insert into purchases (number, attempt_key, person_id, session_id, email, recipient, lang, comment, provider, currency,
				goods, delivery, discount, total, placed_at, pay_by)
			select @number, @attempt_key, @person_id, @session_id, @email, @recipient, @lang, @comment, @provider, @currency,
				@goods, @delivery, @discount, @total, @placed_at, now() + @within::interval from open
			returning id, placed_at, pay_by
		), o as (
			insert into orders (purchase_id, seller_id, number, email, lang, recipient, method, comment, currency,
				goods, delivery, discount, total, placed_at)
			select p.id, s.seller_id, @number || '-' || s.n, @email, @lang, @recipient, s.method, @comment, @currency,
				s.goods, s.delivery, s.discount, s.total, p.placed_at
			from p, unnest(@sellers::bigint[], @methods::jsonb[], @o_goods::bigint[], @o_delivery::bigint[], @o_discount::bigint[],
				@o_total::bigint[]) with ordinality as s (seller_id, method, goods, delivery, discount, total, n)
			returning id, purchase_id, seller_id, number, total
		), l as (
			insert into order_lines (order_id, seller_id, offer_id, product_id, title_ru, title_en, options_ru, options_en, sku, image,
				weight_g, price, qty, discount, total)
			select o.id, o.seller_id, s.offer_id, s.product_id, s.title_ru, s.title_en, s.options_ru, s.options_en, s.sku, s.image,
				s.weight_g, s.price, s.qty, s.discount, s.total
			from unnest(@l_sellers::bigint[], @l_offers::bigint[], @l_products::bigint[], @l_title_ru::text[], @l_title_en::text[],
				@l_options_ru::text[], @l_options_en::text[], @l_sku::text[], @l_image::text[], @l_weight::int[], @l_price::bigint[],
				@l_qty::int[], @l_discount::bigint[], @l_total::bigint[])
				as s (seller_id, offer_id, product_id, title_ru, title_en, options_ru, options_en, sku, image, weight_g, price, qty, discount, total)
			join o on o.seller_id = s.seller_id
			returning id, order_id, seller_id, qty
		), c as (
			insert into parcels (order_id, seller_id, seq, state, since, due_at, last_event)
			select o.id, o.seller_id, 1, 'awaiting_payment', p.placed_at, p.pay_by, 1 from o, p
			returning id, order_id, seller_id
		), cl as (
			insert into parcel_lines (parcel_id, order_line_id, seller_id, qty)
			select c.id, l.id, l.seller_id, l.qty from l join c on c.order_id = l.order_id
		), e as (
			insert into parcel_events (parcel_id, seller_id, seq, from_state, to_state, actor, person_id, at)
			select c.id, c.seller_id, 1, '', 'awaiting_payment', 'buyer', @person_id, @placed_at from c
		), k as (
			insert into purchase_keys (hash, purchase_id, created_at)
			select @key_hash::bytea, p.id, p.placed_at from p where @key_hash::bytea is not null
		), done as (
			update checkouts set closed_at = now(), purchase_id = p.id, draft = @draft from p where checkouts.id = @checkout_id
		)
		select o.id, o.purchase_id, o.seller_id, o.number, o.total, p.placed_at, p.pay_by from o, p order by o.seller_id`, args).
		Query(func(rows pgx.Rows) error {
			var err error
			made, err = pgx.CollectRows(rows, pgx.RowToStructByName[written])
			return errs.FromPG(err, purchaseConflicts)
		})
	err = pg.Send(ctx, db, b)
	return made, err
}

func purchaseArgs(c checkout.Checkout, p Purchase, within time.Duration) pg.Args {
	return pg.Args{
		"checkout_id": c.ID, "draft": c.Draft, "number": p.Number, "attempt_key": p.AttemptKey, "person_id": p.PersonID,
		"session_id": p.SessionID, "email": p.Email, "recipient": p.Recipient, "lang": p.Lang, "comment": p.Comment,
		"provider": p.Provider, "currency": p.Currency, "goods": p.Goods, "delivery": p.Delivery, "discount": p.Discount,
		"total": p.Total, "placed_at": p.PlacedAt, "within": within,
	}
}

func addOrderArgs(args pg.Args, orders []draftOrder) {
	var sellers, goods, delivery, discount, total []int64
	methods := make([]Delivery, 0, len(orders))
	for _, o := range orders {
		sellers, methods = append(sellers, o.SellerID), append(methods, o.Method)
		goods, delivery = append(goods, int64(o.Sums.Goods)), append(delivery, int64(o.Sums.Delivery))
		discount, total = append(discount, int64(o.Sums.Discount)), append(total, int64(o.Sums.Total))
	}
	args["sellers"], args["methods"], args["o_goods"], args["o_delivery"] = sellers, methods, goods, delivery
	args["o_discount"], args["o_total"] = discount, total
}

func addLineArgs(args pg.Args, lines []Line) {
	column := func(name string, of func(Line) int64) {
		values := make([]int64, len(lines))
		for i, l := range lines {
			values[i] = of(l)
		}
		args[name] = values
	}
	text := func(name string, of func(Line) string) {
		values := make([]string, len(lines))
		for i, l := range lines {
			values[i] = of(l)
		}
		args[name] = values
	}
	column("l_sellers", func(l Line) int64 { return l.SellerID })
	column("l_offers", func(l Line) int64 { return l.OfferID })
	column("l_products", func(l Line) int64 { return l.ProductID })
	column("l_weight", func(l Line) int64 { return int64(l.WeightG) })
	column("l_price", func(l Line) int64 { return int64(l.Price) })
	column("l_qty", func(l Line) int64 { return int64(l.Qty) })
	column("l_discount", func(l Line) int64 { return int64(l.Discount) })
	column("l_total", func(l Line) int64 { return int64(l.Total) })
	text("l_title_ru", func(l Line) string { return l.TitleRu })
	text("l_title_en", func(l Line) string { return l.TitleEn })
	text("l_options_ru", func(l Line) string { return l.OptionsRu })
	text("l_options_en", func(l Line) string { return l.OptionsEn })
	text("l_sku", func(l Line) string { return l.SKU })
	text("l_image", func(l Line) string { return l.Image })
}

// lockPurchase takes the lock under which everything about a purchase changes: capture, expiry,
// cancellation and every step of its parcels.
func lockPurchase(ctx context.Context, db pg.DB, number string) (Purchase, error) {
	return pg.One[Purchase](ctx, db, lockedPurchase, number)
}

const lockedPurchase = `select ` + purchaseCols + ` from purchases where number = $1 for update`

// queueLock is lockPurchase as a part of the caller's round trip, for who does not read the purchase yet.
func queueLock(b *pgx.Batch, number string) {
	b.Queue(`select id from purchases where number = $1 for update`, number).QueryRow(func(row pgx.Row) error {
		var id int64
		return row.Scan(&id)
	})
}

// lockPurchaseOfOrder is lockPurchase by the number of a seller's order.
func lockPurchaseOfOrder(ctx context.Context, db pg.DB, sellerID int64, orderNumber string) (Purchase, error) {
	return pg.One[Purchase](ctx, db, `
		select `+purchaseCols+` from purchases
		where id = (select purchase_id from orders where number = $1 and seller_id = $2) for update`, orderNumber, sellerID)
}

const purchaseByNumber = `select ` + purchaseCols + ` from purchases where number = $1`

func selectPurchase(ctx context.Context, db pg.DB, number string) (Purchase, error) {
	return pg.One[Purchase](ctx, db, purchaseByNumber, number)
}

func selectPurchaseByID(ctx context.Context, db pg.DB, id int64) (Purchase, error) {
	return pg.One[Purchase](ctx, db, `select `+purchaseCols+` from purchases where id = $1`, id)
}

// lockOverdue locks one unpaid purchase whose time is over; each worker takes another.
func lockOverdue(ctx context.Context, db pg.DB) (Purchase, bool, error) {
	return pg.Opt[Purchase](ctx, db, `
		select `+purchaseCols+` from purchases
		where paid_at is null and closed_at is null and pay_by <= now()
		order by pay_by limit 1 for update skip locked`)
}

// setPaid marks a purchase and its orders as paid, and keeps the key of the letter about it if there is one.
const setPaid = `
	with p as (
		update purchases set paid_at = $2, closed_at = null, closed_reason = '' where id = $1 returning id
	), k as (
		insert into purchase_keys (hash, purchase_id, created_at) select $3::bytea, id, $2 from p where $3::bytea is not null
	)
	update orders o set paid_at = $2 from p where o.purchase_id = p.id`

func setPayBy(ctx context.Context, db pg.DB, id int64, until time.Time) error {
	_, err := pg.Exec(ctx, db, `update purchases set pay_by = $2 where id = $1 and (paid_at is null and closed_at is null) is true`, id, until)
	return err
}

func setClosed(ctx context.Context, db pg.DB, id int64, reason string, at time.Time) error {
	_, err := pg.Exec(ctx, db, `update purchases set closed_at = $2, closed_reason = $3 where id = $1 and closed_at is null`, id, at, reason)
	return err
}

// lowerRefunded takes money that did not go back out of what an order counts as refunded.
func lowerRefunded(ctx context.Context, db pg.DB, purchaseID, orderID int64, sum money.Amount) error {
	_, err := pg.Exec(ctx, db, `update orders set refunded = refunded - $3 where id = $2 and purchase_id = $1 and refunded >= $3`,
		purchaseID, orderID, int64(sum))
	return err
}

// raiseRefunded is the way back of lowerRefunded.
func raiseRefunded(ctx context.Context, db pg.DB, purchaseID, orderID int64, sum money.Amount) error {
	_, err := pg.Exec(ctx, db, `update orders set refunded = refunded + $3 where id = $2 and purchase_id = $1`,
		purchaseID, orderID, int64(sum))
	return err
}

const insertKey = `insert into purchase_keys (hash, purchase_id, created_at) values ($1, $2, $3)`

func keyOpens(ctx context.Context, db pg.DB, purchaseID int64, hash []byte) (bool, error) {
	return pg.Scalar[bool](ctx, db, `select exists (select from purchase_keys where purchase_id = $1 and hash = $2)`, purchaseID, hash)
}

// adopt gives a guest's purchases to the person who signed in from the same browser.
func adopt(ctx context.Context, db pg.DB, sessionID, personID int64) error {
	_, err := pg.Exec(ctx, db, `update purchases set person_id = $2 where session_id = $1 and person_id is null`, sessionID, personID)
	return err
}

// sellerDesk is where a shop reads its mail.
type sellerDesk struct {
	ID    int64
	Name  string
	Email string
	Lang  i18n.Lang
}

// selectSellerDesks finds the mailboxes of a purchase's sellers and the languages of their owners.
func selectSellerDesks(ctx context.Context, db pg.DB, purchaseID int64) (map[int64]sellerDesk, error) {
	list, err := pg.List[sellerDesk](ctx, db, sellerDesks+`= $1)`, purchaseID)
	return desksByID(list), err
}

const sellerDesks = `
	select s.id, s.name, coalesce(nullif(s.email, ''), p.email, '') as email, coalesce(p.lang, 'ru') as lang
	from sellers s left join people p on p.id = s.applicant_id
	where s.id in (select seller_id from orders where purchase_id `

func desksByID(list []sellerDesk) map[int64]sellerDesk {
	desks := make(map[int64]sellerDesk, len(list))
	for _, d := range list {
		desks[d.ID] = d
	}
	return desks
}

// bought is what a payment moves of a purchase: its orders, lines and parcels, and whom to write to.
type bought struct {
	Dossier
	purchases []Purchase
	sellers   []sellerDesk
	desks     map[int64]sellerDesk
	sold      int64 // lines of its hold that became sold with the payment
}

// queueBought locks a purchase and reads what is bought, as a part of the caller's round trip; each statement sees what
// was committed before it began, and so what the lock waited for. Call found once it was sent.
func queueBought(b *pgx.Batch, number string) *bought {
	const its = `= (select id from purchases where number = $1)`
	d := &bought{}
	queue(b, &d.purchases, lockedPurchase, number)
	queue(b, &d.Orders, `select `+orderCols+` from orders o where o.purchase_id `+its+` order by o.id`, number)
	queue(b, &d.Lines, `select `+lineCols+` from orders o
		join order_lines l on l.seller_id = o.seller_id and l.order_id = o.id where o.purchase_id `+its+` order by l.id`, number)
	queue(b, &d.Parcels, `select `+parcelCols+` from orders o
		join parcels c on c.seller_id = o.seller_id and c.order_id = o.id where o.purchase_id `+its+` order by c.order_id, c.seq`, number)
	queue(b, &d.sellers, sellerDesks+its+`)`, number)
	return d
}

// found puts together what was read; a number that names no purchase is NotFound.
func (d *bought) found() error {
	if len(d.purchases) == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	d.Purchase, d.Sellers, d.desks = d.purchases[0], map[int64]SellerCard{}, desksByID(d.sellers)
	for _, x := range d.sellers {
		d.Sellers[x.ID] = SellerCard{ID: x.ID, Name: x.Name}
	}
	return nil
}

// setDecision notes in an order which decision let it leave the country.
func setDecision(ctx context.Context, db pg.DB, orderID, decisionID int64) error {
	_, err := pg.Exec(ctx, db, `
		update orders set method = jsonb_set(method, '{abroad,decision_id}', to_jsonb($2::bigint)) where id = $1`, orderID, decisionID)
	return err
}
