package order

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const (
	orderCols = `o.id, o.purchase_id, o.seller_id, o.number, o.email, o.lang, o.recipient, o.method, o.comment, o.currency,
		o.goods, o.delivery, o.discount, o.total, o.refunded, o.placed_at, o.paid_at`
	lineCols = `l.id, l.order_id, l.seller_id, l.offer_id, l.product_id, l.title_ru, l.title_en, l.options_ru, l.options_en, l.sku,
		l.image, l.weight_g, l.price, l.qty, l.discount, l.total, l.cancelled`
	parcelCols = `c.id, c.order_id, c.seller_id, c.seq, c.state, c.since, c.due_at, c.boxes, c.carrier, c.tracking, c.last_event`
)

// fill reads everything under the orders that match, in one round trip. only, when not 0, keeps
// the orders of one seller.
func fill(ctx context.Context, db pg.DB, d *Dossier, purchaseID, only int64) error {
	b := &pgx.Batch{}
	queue(b, &d.Events, `select e.parcel_id, e.seq, e.from_state, e.to_state, e.actor, e.person_id, e.reason, e.note, e.at
		from parcel_events e
		join parcels c on c.seller_id = e.seller_id and c.id = e.parcel_id
		join orders o on o.seller_id = c.seller_id and o.id = c.order_id`+scope+`order by e.parcel_id, e.seq`, purchaseID, only)
	calledOff(b, d, purchaseID, only)
	return fillGoods(ctx, db, b, d, purchaseID, only)
}

// calledOff asks in a batch what was called off before.
func calledOff(b *pgx.Batch, d *Dossier, purchaseID, only int64) *pgx.Batch {
	queue(b, &d.Cancellations, `select x.id, x.order_id, x.actor, x.reason, x.note, x.goods, x.delivery, x.amount, x.currency, x.at
		from cancellations x
		join orders o on o.seller_id = x.seller_id and o.id = x.order_id`+scope+`order by x.id`, purchaseID, only)
	return b
}

const scope = ` where o.purchase_id = $1 and ($2::bigint = 0 or o.seller_id = $2) `

// fillGoods is fill without history, for rules that ask only where things are now; b may bring
// questions of its own.
func fillGoods(ctx context.Context, db pg.DB, b *pgx.Batch, d *Dossier, purchaseID, only int64) error {
	queue(b, &d.Orders, `select `+orderCols+` from orders o`+scope+`order by o.id`, purchaseID, only)
	queue(b, &d.Lines, `select `+lineCols+` from order_lines l
		join orders o on o.seller_id = l.seller_id and o.id = l.order_id`+scope+`order by l.id`, purchaseID, only)
	queue(b, &d.Parcels, `select `+parcelCols+` from parcels c
		join orders o on o.seller_id = c.seller_id and o.id = c.order_id`+scope+`order by c.order_id, c.seq`, purchaseID, only)
	queue(b, &d.ParcelLines, `select x.parcel_id, x.order_line_id, x.qty from parcel_lines x
		join parcels c on c.seller_id = x.seller_id and c.id = x.parcel_id
		join orders o on o.seller_id = c.seller_id and o.id = c.order_id`+scope+`order by x.parcel_id, x.order_line_id`, purchaseID, only)
	var sellers []SellerCard
	queue(b, &sellers, `select s.id, s.slug, s.name, s.city from sellers s
		where s.id in (select o.seller_id from orders o`+scope+`)`, purchaseID, only)
	if err := db.SendBatch(ctx, b).Close(); err != nil {
		return errs.FromPG(err, nil)
	}
	d.Sellers = make(map[int64]SellerCard, len(sellers))
	for _, s := range sellers {
		d.Sellers[s.ID] = s
	}
	return nil
}

// queue adds a query to a batch and reads its rows into list.
func queue[T any](b *pgx.Batch, list *[]T, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		var err error
		*list, err = pgx.CollectRows(rows, pgx.RowToStructByName[T])
		return err
	})
}

// step is one parcel's move.
type step struct {
	Parcel Parcel
	To     State
	DueAt  *time.Time
}

// moveParcels moves parcels and writes their events; it answers how many moved. A parcel that is no longer
// where the caller saw it stays. How many there are is hidden from the planner, which would else plan anew each time.
const moveParcels = `
	with moved as (
		update parcels c set state = s.to_state, since = @at, due_at = s.due_at, last_event = c.last_event + 1
		from unnest((select @ids::bigint[]), (select @from::text[]), (select @to::text[]), (select @due::timestamptz[]))
			as s (id, from_state, to_state, due_at)
		where c.id = s.id and c.state = s.from_state
		returning c.id, c.seller_id, c.last_event, s.from_state, s.to_state
	), told as (
		insert into parcel_events (parcel_id, seller_id, seq, from_state, to_state, actor, person_id, reason, note, at)
		select id, seller_id, last_event, from_state, to_state, @actor, @person, @reason, @note, @at from moved
	)
	select count(*) from moved`

func stepArgs(steps []step, by Doer, reason, note string, at time.Time) pg.Args {
	ids, from, to := make([]int64, len(steps)), make([]string, len(steps)), make([]string, len(steps))
	due := make([]*time.Time, len(steps))
	for i, s := range steps {
		ids[i], from[i], to[i], due[i] = s.Parcel.ID, string(s.Parcel.State), string(s.To), s.DueAt
	}
	return pg.Args{"ids": ids, "from": from, "to": to, "due": due,
		"at": at, "actor": by.Actor, "person": by.PersonID, "reason": reason, "note": note}
}

// writeSteps is moveParcels by itself.
func writeSteps(ctx context.Context, db pg.DB, steps []step, by Doer, reason, note string, at time.Time) (int64, error) {
	return pg.Scalar[int64](ctx, db, moveParcels, stepArgs(steps, by, reason, note, at))
}

func setCarrier(ctx context.Context, db pg.DB, parcelID, sellerID int64, carrier, tracking string) error {
	_, err := pg.Exec(ctx, db, `update parcels set carrier = $3, tracking = $4 where id = $1 and seller_id = $2`,
		parcelID, sellerID, carrier, tracking)
	return err
}

func setBoxes(ctx context.Context, db pg.DB, parcelID, sellerID int64, boxes int) error {
	_, err := pg.Exec(ctx, db, `update parcels set boxes = $3 where id = $1 and seller_id = $2`, parcelID, sellerID, boxes)
	return err
}

// insertParcel opens one more parcel of an order in the state of the one it is split from.
func insertParcel(ctx context.Context, db pg.DB, from Parcel, by Doer, at time.Time) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		with c as (
			insert into parcels (order_id, seller_id, seq, state, since, due_at, last_event)
			select $1, $2, max(seq) + 1, $3, $4, $5, 1 from parcels where order_id = $1 and seller_id = $2
			returning id
		), e as (
			insert into parcel_events (parcel_id, seller_id, seq, from_state, to_state, actor, person_id, reason, at)
			select id, $2, 1, '', $3, $6, $7, $8, $4 from c
		)
		select id from c`, from.OrderID, from.SellerID, from.State, at, from.DueAt, by.Actor, by.PersonID, ReasonSplit)
}

// takeFromParcel lowers what a parcel carries; a line that falls to nothing leaves it.
func takeFromParcel(ctx context.Context, db pg.DB, sellerID int64, take []ParcelLine) error {
	parcels, lines, qtys := columns(take)
	_, err := pg.Exec(ctx, db, `
		with t as (
			select * from unnest($2::bigint[], $3::bigint[], $4::int[]) as t (parcel_id, order_line_id, qty)
		), gone as (
			delete from parcel_lines x using t
			where x.seller_id = $1 and x.parcel_id = t.parcel_id and x.order_line_id = t.order_line_id and x.qty = t.qty
		)
		update parcel_lines x set qty = x.qty - t.qty
		from t where x.seller_id = $1 and x.parcel_id = t.parcel_id and x.order_line_id = t.order_line_id and x.qty > t.qty`,
		sellerID, parcels, lines, qtys)
	return err
}

func addToParcel(ctx context.Context, db pg.DB, sellerID int64, add []ParcelLine) error {
	parcels, lines, qtys := columns(add)
	_, err := pg.Exec(ctx, db, `
		insert into parcel_lines (parcel_id, order_line_id, seller_id, qty)
		select parcel_id, order_line_id, $1, qty from unnest($2::bigint[], $3::bigint[], $4::int[]) as t (parcel_id, order_line_id, qty)`,
		sellerID, parcels, lines, qtys)
	return err
}

func columns(list []ParcelLine) (parcels, lines []int64, qtys []int32) {
	for _, l := range list {
		parcels, lines, qtys = append(parcels, l.ParcelID), append(lines, l.OrderLineID), append(qtys, int32(l.Qty))
	}
	return parcels, lines, qtys
}

// cut is what a cancellation takes off one line.
type cut struct {
	LineID int64
	Qty    int
	Amount money.Amount
}

// insertCancellation writes what was called off and moves the money out of the order, one statement.
func insertCancellation(ctx context.Context, db pg.DB, o Order, c Cancellation, cuts []cut) (int64, error) {
	lines, qtys, amounts := make([]int64, len(cuts)), make([]int32, len(cuts)), make([]int64, len(cuts))
	for i, k := range cuts {
		lines[i], qtys[i], amounts[i] = k.LineID, int32(k.Qty), int64(k.Amount)
	}
	return pg.Scalar[int64](ctx, db, `
		with c as (
			insert into cancellations (order_id, seller_id, actor, reason, note, goods, delivery, amount, currency, at)
			values (@order, @seller, @actor, @reason, @note, @goods, @delivery, @amount, @currency, @at)
			returning id
		), k as (
			select * from unnest(@lines::bigint[], @qtys::int[], @amounts::bigint[]) as k (line_id, qty, amount)
		), cl as (
			insert into cancellation_lines (cancellation_id, order_line_id, seller_id, qty, amount)
			select c.id, k.line_id, @seller, k.qty, k.amount from c, k
		), l as (
			update order_lines l set cancelled = l.cancelled + k.qty from k where l.id = k.line_id and l.seller_id = @seller
		), o as (
			update orders set refunded = refunded + @amount where id = @order and seller_id = @seller and paid_at is not null
		)
		select id from c`, pg.Args{"order": o.ID, "seller": o.SellerID, "actor": c.Actor, "reason": c.Reason,
		"note": c.Note, "goods": c.Goods, "delivery": c.Delivery, "amount": c.Amount, "currency": c.Currency, "at": c.At,
		"lines": lines, "qtys": qtys, "amounts": amounts})
}
