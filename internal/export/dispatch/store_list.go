package dispatch

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Pile is a part of a seller's list.
type Pile string

// Piles of the list: what waits for the seller, what waits for others, what is on its way, what needs a look, what is over.
const (
	PileTodo    Pile = "todo"
	PileWaiting Pile = "waiting"
	PileWay     Pile = "way"
	PileTrouble Pile = "trouble"
	PileOver    Pile = "over"
)

// Piles lists the piles in the order of the tabs.
var Piles = []Pile{PileTodo, PileWaiting, PileWay, PileTrouble, PileOver}

// pileOf says in SQL which pile a parcel is in.
const pileOf = `case
	when e.stuck_at is not null or e.state = 'held' then 'trouble'
	when e.state = 'ready' then 'todo'
	when e.state in ('deciding', 'at_desk', 'cleared', 'ordered', 'signed') then 'waiting'
	when e.state in ('declared', 'handed_over', 'departed', 'returning') then 'way'
	else 'over' end`

// ListRow is one line of a seller's list: the parcel with what is in it and what was paid.
type ListRow struct {
	ID         int64
	Number     string
	State      State
	Country    string
	Barcode    string
	TitleRu    string
	TitleEn    string
	Image      string
	Kinds      int
	ValueRUB   money.Amount `db:"value_rub"`
	Refunded   money.Amount
	PaidAt     time.Time
	WeighedAt  *time.Time
	ReleasedAt *time.Time
	DepartedAt *time.Time
	VATRow     *int64 `db:"vat_row"`
	Form       string
	Stuck      string
	Since      time.Time
}

// Title names the goods in a language.
func (r ListRow) Title(lang string) string {
	if lang == "en" && r.TitleEn != "" {
		return r.TitleEn
	}
	return r.TitleRu
}

// listParcels gives a pile of a seller's parcels, the latest paid first.
func listParcels(ctx context.Context, db pg.DB, sellerID int64, pile Pile, before int64, limit int) ([]ListRow, error) {
	among := `not e.ended`
	if pile == PileOver {
		among = `e.ended`
	}
	return pg.List[ListRow](ctx, db, `
		select e.id, e.number, e.state, e.country, e.barcode, coalesce(l.title_ru, '') as title_ru, coalesce(l.title_en, '') as title_en,
			coalesce(l.image, '') as image, coalesce(l.kinds, 0) as kinds, e.value_rub, o.refunded, e.paid_at, e.weighed_at, e.released_at,
			e.departed_at, e.vat_row, e.form, e.stuck, e.since
		from export_parcels e
		join orders o on o.seller_id = e.seller_id and o.id = e.order_id
		left join lateral (
			select min(l.title_ru) as title_ru, min(l.title_en) as title_en, min(l.image) as image, count(*)::int as kinds
			from parcel_lines x join order_lines l on l.seller_id = x.seller_id and l.id = x.order_line_id
			where x.seller_id = e.seller_id and x.parcel_id = e.parcel_id
		) l on true
		where e.seller_id = $1 and `+among+` and `+pileOf+` = $2 and ($3::bigint = 0 or e.id < $3)
		order by e.id desc limit $4`, sellerID, pile, before, limit)
}

type pileCount struct {
	Pile Pile
	N    int
}

func countPiles(ctx context.Context, db pg.DB, sellerID int64) ([]pileCount, error) {
	return pg.List[pileCount](ctx, db, `select `+pileOf+` as pile, count(*)::int as n from export_parcels e where e.seller_id = $1 group by 1`, sellerID)
}

// queueReady counts the pile of what waits for the seller.
func queueReady(b *pgx.Batch, sellerID int64, n *int) {
	b.Queue(`select count(*)::int from export_parcels e where e.seller_id = $1 and not e.ended and `+pileOf+` = 'todo'`, sellerID).
		QueryRow(func(row pgx.Row) error { return row.Scan(n) })
}

type stateCount struct {
	State State
	N     int
	Stuck int
}

func countStates(ctx context.Context, db pg.DB) ([]stateCount, error) {
	return pg.List[stateCount](ctx, db, `
		select state, count(*)::int as n, count(*) filter (where stuck_at is not null)::int as stuck from export_parcels group by state`)
}

// ClearTimes is how long parcels took from the money to the decision that let them go, and how many of them no officer
// looked at, of those paid since a day.
type ClearTimes struct {
	Cleared int
	Alone   int // without a human
	P50     float64
	P95     float64
	Papers  float64 // seconds from the money to papers that can be printed, 95 of 100
}

func selectClearTimes(ctx context.Context, db pg.DB, since time.Time) (ClearTimes, error) {
	return pg.One[ClearTimes](ctx, db, `
		with cleared as (
			select e.id, extract(epoch from min(v.at) filter (where v.to_state = 'cleared') - e.paid_at)::float8 as took,
				extract(epoch from min(v.at) filter (where v.to_state = 'ready') - e.paid_at)::float8 as printed,
				bool_or(v.to_state = 'at_desk') as desk
			from export_parcels e
			join export_parcel_events v on v.seller_id = e.seller_id and v.parcel_id = e.id and v.kind = 'move'
			where e.paid_at >= $1
			group by e.id
		)
		select count(took)::int as cleared, count(took) filter (where not desk)::int as alone,
			coalesce(percentile_cont(0.5) within group (order by took), 0) as p50,
			coalesce(percentile_cont(0.95) within group (order by took), 0) as p95,
			coalesce(percentile_cont(0.95) within group (order by printed), 0) as papers
		from cleared`, since)
}

// StuckRow is a parcel that no step takes further.
type StuckRow struct {
	Number  string
	State   State
	Stuck   string
	StuckAt time.Time
	Cause   string
	Seller  string
}

func listStuck(ctx context.Context, db pg.DB, lang i18n.Lang, limit int) ([]StuckRow, error) {
	return pg.List[StuckRow](ctx, db, `
		select e.number, e.state, e.stuck, e.stuck_at, s.name as seller, coalesce((
			select coalesce(v.facts -> 'says' ->> $2, v.facts ->> 'cause') from export_parcel_events v
			where v.seller_id = e.seller_id and v.parcel_id = e.id and v.kind = 'stuck' and v.facts is not null order by v.seq desc limit 1), '') as cause
		from export_parcels e join sellers s on s.id = e.seller_id
		where e.stuck_at is not null order by e.stuck_at limit $1`, limit, string(lang))
}
