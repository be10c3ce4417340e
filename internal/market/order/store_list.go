package order

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Row is one purchase or order in a list, with the states of its parcels to derive its standing.
type Row struct {
	ID        int64
	Number    string
	PlacedAt  time.Time
	PaidAt    *time.Time
	ClosedAt  *time.Time
	Total     money.Amount
	Refunded  money.Amount
	Currency  money.Currency
	Recipient checkout.Recipient
	Email     string
	Sellers   string // names, for the buyer and the admin
	States    []State
	DueAt     *time.Time // the earliest late clock that still runs
	TitleRu   string     // of the first line
	TitleEn   string
	Image     string
	Lines     int
}

// Title names the first goods in a language.
func (r Row) Title(l i18n.Lang) string { return Line{TitleRu: r.TitleRu, TitleEn: r.TitleEn}.Title(l) }

// Standing derives the state of the row.
func (r Row) Standing() Standing {
	if s := StandingOf(r.States); s != StandsCancelled || r.PaidAt != nil || r.ClosedAt == nil {
		return s
	}
	return StandsExpired
}

const purchaseRow = `
	select p.id, p.number, p.placed_at, p.paid_at, p.closed_at, p.total, p.currency, p.recipient, p.email,
		coalesce((select sum(o.refunded) from orders o where o.purchase_id = p.id), 0)::bigint as refunded,
		coalesce((select string_agg(s.name, ', ' order by s.name) from orders o join sellers s on s.id = o.seller_id
			where o.purchase_id = p.id), '') as sellers,
		coalesce((select array_agg(c.state) from orders o join parcels c on c.seller_id = o.seller_id and c.order_id = o.id
			where o.purchase_id = p.id), '{}') as states,
		null::timestamptz as due_at, coalesce(f.title_ru, '') as title_ru, coalesce(f.title_en, '') as title_en,
		coalesce(f.image, '') as image, coalesce(f.n, 0)::int as lines
	from purchases p
	left join lateral (
		select l.title_ru, l.title_en, l.image, count(*) over () as n
		from orders o join order_lines l on l.seller_id = o.seller_id and l.order_id = o.id
		where o.purchase_id = p.id order by l.id limit 1
	) f on true`

// cursor is where a list goes on.
type cursor struct {
	At time.Time
	ID int64
}

// selectPurchases lists the buyer's own, newest first.
func selectPurchases(ctx context.Context, db pg.DB, o cart.Owner, pile Pile, after cursor, limit int) ([]Row, error) {
	return pg.List[Row](ctx, db, purchaseRow+`
		where (p.person_id = nullif($1, 0::bigint) or (p.person_id is null and p.session_id = nullif($2, 0::bigint)))
			and ($3::timestamptz is null or (p.placed_at, p.id) < ($3, $4))
			and ($6 = '' or ($6 = 'active') = exists (select from orders o join parcels c on c.seller_id = o.seller_id and c.order_id = o.id
				where o.purchase_id = p.id
					and c.state not in ('delivered', 'closed', 'cancelled', 'lost', 'damaged', 'returned_to_seller')))
		order by p.placed_at desc, p.id desc limit $5`, o.PersonID, o.SessionID, after.at(), after.ID, limit, pile)
}

// selectAllPurchases is the operator's list; q is a number, an address or a name.
func selectAllPurchases(ctx context.Context, db pg.DB, q string, after cursor, limit int) ([]Row, error) {
	return pg.List[Row](ctx, db, purchaseRow+`
		where ($1 = '' or p.number = upper(left($1, 11)) or lower(p.email) = lower($1) or p.recipient->>'name' ilike '%' || $1 || '%')
			and ($2::timestamptz is null or (p.placed_at, p.id) < ($2, $3))
		order by p.placed_at desc, p.id desc limit $4`, q, after.at(), after.ID, limit)
}

func (c cursor) at() *time.Time {
	if c.At.IsZero() {
		return nil
	}
	return &c.At
}

// Queue is a seller's list of orders by what they need.
type Queue string

// Queues, in the order of the tabs.
const (
	QueueNew       Queue = "new"
	QueueWork      Queue = "work"
	QueueWay       Queue = "way"
	QueueDone      Queue = "done"
	QueueCancelled Queue = "cancelled"
	QueueUnpaid    Queue = "unpaid"
	QueueAll       Queue = "all"
)

// Queues lists them.
var Queues = []Queue{QueueNew, QueueWork, QueueWay, QueueDone, QueueCancelled, QueueUnpaid, QueueAll}

// states an order is in a queue by: one parcel in any of them puts it there.
func (q Queue) states() []State {
	switch q {
	case QueueNew:
		return []State{Confirmed}
	case QueueWork:
		return []State{Assembling, Packed}
	case QueueWay:
		return []State{HandedOver, ExportCustoms, LeftCountry, ImportCustoms, InTransit, AtPickup, DeliveryAttempt, Returning, Lost, Damaged}
	case QueueDone:
		return []State{Delivered, Closed, ReturnedToSeller}
	case QueueCancelled:
		return []State{Cancelled}
	case QueueUnpaid:
		return []State{AwaitingPayment}
	}
	return States
}

const sellerRow = `
	select o.id, o.number, o.placed_at, o.paid_at, null::timestamptz as closed_at, o.total, o.refunded, o.currency, o.recipient,
		'' as email, '' as sellers,
		(select array_agg(c.state order by c.seq) from parcels c where c.seller_id = o.seller_id and c.order_id = o.id) as states,
		(select min(c.due_at) from parcels c where c.seller_id = o.seller_id and c.order_id = o.id
			and c.state not in ('awaiting_payment', 'delivered', 'closed', 'cancelled', 'lost', 'returned_to_seller')) as due_at,
		f.title_ru, f.title_en, f.image, f.n::int as lines
	from orders o
	join lateral (
		select l.title_ru, l.title_en, l.image, count(*) over () as n
		from order_lines l where l.seller_id = o.seller_id and l.order_id = o.id order by l.id limit 1
	) f on true`

// selectSellerRows lists a queue: work first due first, the rest newest first.
func selectSellerRows(ctx context.Context, db pg.DB, sellerID int64, q Queue, find string, after cursor, limit int) ([]Row, error) {
	return pg.List[Row](ctx, db, sellerRow+`
		where o.seller_id = $1
			and exists (select from parcels c where c.seller_id = $1 and c.order_id = o.id and c.state = any($2))
			and ($3 = '' or o.number ilike upper($3) || '%' or o.recipient->>'name' ilike '%' || $3 || '%'
				or exists (select from order_lines l where l.seller_id = $1 and l.order_id = o.id
					and (l.sku = $3 or l.title_ru ilike '%' || $3 || '%'))
				or exists (select from parcels c where c.seller_id = $1 and c.order_id = o.id and c.tracking = $3))
			and ($4::timestamptz is null or (o.placed_at, o.id) < ($4, $5))
		order by o.placed_at desc, o.id desc limit $6`, sellerID, q.states(), find, after.at(), after.ID, limit)
}

// stateCount is how many orders have a parcel in a state, and how many of those are late.
type stateCount struct {
	State State
	N     int
	Late  int
	Due   *time.Time
}

func countStates(ctx context.Context, db pg.DB, sellerID int64, now time.Time) ([]stateCount, error) {
	return pg.List[stateCount](ctx, db, `
		select state, count(distinct order_id)::int as n, count(distinct order_id) filter (where due_at < $2)::int as late, min(due_at) as due
		from parcels where seller_id = $1 group by state`, sellerID, now)
}

func queueWaiting(b *pgx.Batch, sellerID int64, in []State, n *int) {
	b.Queue(`select count(distinct order_id)::int from parcels where seller_id = $1 and state = any($2)`, sellerID, in).
		QueryRow(func(row pgx.Row) error { return row.Scan(n) })
}

// DaySales is one day of a seller's paid orders, what was called off taken out.
type DaySales struct {
	Day    time.Time
	Orders int
	Sum    money.Amount
}

// selectDays sums what was paid a day. Orders are looked for by the index on their placing, so that a transfer that comes later than
// ninety days after it is not among them; it is asked for within payInvoiceWithin.
func selectDays(ctx context.Context, db pg.DB, sellerID int64, from time.Time) ([]DaySales, error) {
	return pg.List[DaySales](ctx, db, `
		select date_trunc('day', o.paid_at at time zone 'Europe/Moscow') as day, count(*)::int as orders,
			sum(o.goods - o.discount - o.refunded + case when o.refunded = o.total then o.delivery
				when o.refunded = 0 then 0
				else (select coalesce(sum(x.delivery), 0) from cancellations x where x.seller_id = o.seller_id and x.order_id = o.id) end)::bigint as sum
		from orders o
		where o.seller_id = $1 and o.paid_at >= $2 and o.placed_at >= $2 - interval '90 days'
		group by 1 order by 1`, sellerID, from)
}

func selectSellerOrder(ctx context.Context, db pg.DB, sellerID int64, number string) (Order, error) {
	return pg.One[Order](ctx, db, `select `+orderCols+` from orders o where o.seller_id = $1 and o.number = $2`, sellerID, number)
}

// lockReturnable locks delivered parcels whose return window is over.
func lockReturnable(ctx context.Context, tx pgx.Tx, now time.Time, limit int) ([]Parcel, error) {
	return pg.List[Parcel](ctx, tx, `
		select `+parcelCols+` from parcels c
		where c.state = 'delivered' and c.due_at < $1 order by c.id limit $2 for update skip locked`, now, limit)
}

// selectWork lists orders that wait for the seller, the first due first.
func selectWork(ctx context.Context, db pg.DB, sellerID int64, limit int) ([]Row, error) {
	return pg.List[Row](ctx, db, sellerRow+`
		join lateral (
			select min(c.due_at) as first from parcels c
			where c.seller_id = o.seller_id and c.order_id = o.id and c.state in ('confirmed', 'assembling', 'packed')
		) due on due.first is not null
		where o.seller_id = $1
		order by due.first, o.id limit $2`, sellerID, limit)
}

// shopState is what a seller's first page says of the shop itself.
type shopState struct {
	Name    string
	Goods   bool    // it has put something on sale
	Ways    bool    // it has chosen how it delivers
	Ordered []int64 // cards of the latest lines of its orders, the latest first; one may be there more than once
}

// latestLines is how many lines of orders are looked at for what a shop sells these days.
const latestLines = 60

func selectShop(ctx context.Context, db pg.DB, sellerID int64) (shopState, error) {
	return pg.One[shopState](ctx, db, `
		select name, exists (select from offers o where o.seller_id = s.id and o.status <> 'archived') as goods,
			exists (select from shipping_methods m where m.seller_id = s.id and m.active) as ways,
			array(select l.product_id from order_lines l where l.seller_id = s.id order by l.order_id desc limit $2) as ordered
		from sellers s where id = $1`, sellerID, latestLines)
}
