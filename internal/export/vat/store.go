package vat

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const rowColumns = `seller_id, number, kind, parcel, period, inn, kpp, registration, barcode, released_on, departed_on, mark, tnved, country, order_number,
	currency, value, rate, rate_nominal, rate_day, value_rub, paid_on, reverses, reason, entered_at`

// lockCounter keeps other entries for the seller waiting until the transaction ends, and gives the last number.
func lockCounter(ctx context.Context, db pg.DB, sellerID int64) (int, error) {
	return pg.Scalar[int](ctx, db, `
		insert into export_vat_counters as c (seller_id, last) values ($1, 0)
		on conflict (seller_id) do update set last = c.last returning last`, sellerID)
}

func selectRow(ctx context.Context, db pg.DB, sellerID int64, parcel, kind string) (Row, bool, error) {
	return pg.Opt[Row](ctx, db, `select `+rowColumns+` from export_vat_rows where seller_id = $1 and parcel = $2 and kind = $3`, sellerID, parcel, kind)
}

// selectNumbers finds the numbers of the rows that parcels of a seller have already.
func selectNumbers(ctx context.Context, db pg.DB, sellerID int64, parcels []string) (map[string]int, error) {
	type row struct {
		Parcel string
		Number int
	}
	list, err := pg.List[row](ctx, db, `select parcel, number from export_vat_rows where seller_id = $1 and kind = 'entry' and parcel = any($2)`,
		sellerID, parcels)
	known := make(map[string]int, len(list))
	for _, r := range list {
		known[r.Parcel] = r.Number
	}
	return known, err
}

// insertRows writes rows of one seller, whose numbers grow, and the last number down.
func insertRows(ctx context.Context, db pg.DB, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	b := &pgx.Batch{}
	for i := range rows {
		r := &rows[i]
		b.Queue(`insert into export_vat_rows (`+rowColumns+`)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`,
			r.SellerID, r.Number, r.Kind, r.Parcel, r.Period, r.INN, r.KPP, r.Registration, r.Barcode, r.ReleasedOn, r.DepartedOn, r.Mark, r.TNVED, r.Country,
			r.OrderNumber, r.Currency, r.Value, r.Rate, r.RateNominal, r.RateDay, r.ValueRUB, r.PaidOn, r.Reverses, r.Reason, r.EnteredAt)
	}
	last := &rows[len(rows)-1]
	b.Queue(`update export_vat_counters set last = $2 where seller_id = $1`, last.SellerID, last.Number)
	return pg.Send(ctx, db, b)
}

// listRows gives a page of a quarter's rows after a number; a limit of 0 is all of them.
func listRows(ctx context.Context, db pg.DB, sellerID int64, period time.Time, after, limit int) ([]Row, error) {
	return pg.List[Row](ctx, db, `
		select `+rowColumns+` from export_vat_rows where seller_id = $1 and period = $2 and number > $3 order by number limit nullif($4, 0)`,
		sellerID, period, after, limit)
}

type totalRow struct {
	Period   time.Time
	Rows     int
	Entered  int64
	Reversed int64
}

// sumRows gives the totals of every quarter that has rows, the latest first.
func sumRows(ctx context.Context, db pg.DB, sellerID int64) ([]totalRow, error) {
	return pg.List[totalRow](ctx, db, `
		select period, count(*)::int as rows, coalesce(sum(value_rub) filter (where kind = 'entry'), 0)::bigint as entered,
			coalesce(sum(value_rub) filter (where kind = 'reversal'), 0)::bigint as reversed
		from export_vat_rows where seller_id = $1 group by period order by period desc`, sellerID)
}

type filingRow struct {
	Period  time.Time
	FiledAt time.Time
}

func selectFiling(ctx context.Context, db pg.DB, sellerID int64, period time.Time) (filingRow, bool, error) {
	return pg.Opt[filingRow](ctx, db, `select period, filed_at from export_vat_filings where seller_id = $1 and period = $2`, sellerID, period)
}

func listFilings(ctx context.Context, db pg.DB, sellerID int64) ([]filingRow, error) {
	return pg.List[filingRow](ctx, db, `select period, filed_at from export_vat_filings where seller_id = $1`, sellerID)
}

func insertFiling(ctx context.Context, db pg.DB, sellerID, personID int64, period, at time.Time) error {
	_, err := db.Exec(ctx, `
		insert into export_vat_filings (seller_id, period, filed_at, person_id) values ($1, $2, $3, nullif($4::bigint, 0)) on conflict do nothing`,
		sellerID, period, at, personID)
	return err
}

func deleteFiling(ctx context.Context, db pg.DB, sellerID int64, period time.Time) error {
	_, err := db.Exec(ctx, `delete from export_vat_filings where seller_id = $1 and period = $2`, sellerID, period)
	return err
}

// dueRow is a parcel whose proof is not whole yet, or that needs another.
type dueRow struct {
	Number      string
	Country     string
	OrderNumber string
	ValueRUB    int64 `db:"value_rub"`
	PaidAt      time.Time
	ReleasedAt  *time.Time
	DepartedAt  *time.Time
	Since       time.Time
}

const dueColumns = `e.number, e.country, o.number as order_number, e.value_rub, e.paid_at, e.released_at, e.departed_at, e.since`

// listWaiting finds parcels that will have a row and have none: their seller proved exports when they were decided about,
// they were released by CN 23, so the clock runs, and either they have not departed or their number is not known yet.
func listWaiting(ctx context.Context, db pg.DB, sellerID int64, union []string, limit int) ([]dueRow, error) {
	return pg.List[dueRow](ctx, db, `
		select `+dueColumns+`
		from export_parcels e join orders o on o.seller_id = e.seller_id and o.id = e.order_id
		where e.seller_id = $1 and e.released_at is not null and e.vat_row is null and e.country <> all($2) and e.form = 'CN23'
			and (e.departed_at is null or e.registration = '')
			and exists (select from export_decisions d where d.id = e.decision_id and d.facts ->> 'wants_vat0' = 'true')
			and e.state in ('declared', 'held', 'handed_over', 'departed', 'delivered')
			and not exists (select from export_vat_rows r where r.seller_id = e.seller_id and r.parcel = e.number)
		order by e.released_at, e.id limit $3`, sellerID, union, limit)
}

// listUnion finds a quarter's parcels that went to the customs union: no border, no CN 23, another proof.
func listUnion(ctx context.Context, db pg.DB, sellerID int64, union []string, from, to time.Time, limit int) ([]dueRow, error) {
	return pg.List[dueRow](ctx, db, `
		select `+dueColumns+`
		from export_parcels e join orders o on o.seller_id = e.seller_id and o.id = e.order_id
		where e.seller_id = $1 and e.country = any($2) and e.accepted_at >= $3 and e.accepted_at < $4
			and e.state in ('handed_over', 'departed', 'delivered')
		order by e.accepted_at, e.id limit $5`, sellerID, union, from, to, limit)
}
