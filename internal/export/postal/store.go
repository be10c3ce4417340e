package postal

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// termsRow is a row of post_countries.
type termsRow struct {
	Country     string    `json:"country"`
	Service     string    `json:"service"`
	ValidFrom   time.Time `json:"-"`
	CheckedAt   time.Time `json:"-"`
	Block       int       `json:"block"`
	WmaxG       *int64    `json:"wmax_g"`
	SizeXMm     *int64    `json:"size_x_mm"`
	SizeYMm     *int64    `json:"size_y_mm"`
	SizeZMm     *int64    `json:"size_z_mm"`
	LineMaxMm   *int64    `json:"line_max_mm"`
	Insurable   bool      `json:"insurable"`
	InsuredMax  *int64    `json:"insured_max"`
	Declaration int       `json:"declaration"`
	ServiceOff  []int32   `json:"service_off"`
	ItemStop    string    `json:"item_stop"`
	ItemWarning string    `json:"item_warning"`
	Note        string    `json:"note"`
}

func said(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

func (t terms) row() termsRow {
	return termsRow{Country: t.Country, Service: t.Service, Block: t.Block, WmaxG: said(t.WeightMax), SizeXMm: said(t.SizeMax[0]),
		SizeYMm: said(t.SizeMax[1]), SizeZMm: said(t.SizeMax[2]), LineMaxMm: said(t.LineMax), Insurable: t.Insurable,
		InsuredMax: said(int64(t.InsuredMax)), Declaration: t.Declaration, ServiceOff: t.ServiceOff, ItemStop: t.ItemStop,
		ItemWarning: t.ItemWarning, Note: t.Note}
}

func (r termsRow) terms() terms {
	return terms{Country: r.Country, Service: r.Service, Block: r.Block, WeightMax: orZero(r.WmaxG), LineMax: orZero(r.LineMaxMm),
		SizeMax: [3]int64{orZero(r.SizeXMm), orZero(r.SizeYMm), orZero(r.SizeZMm)}, Insurable: r.Insurable,
		InsuredMax: money.Amount(orZero(r.InsuredMax)), Declaration: r.Declaration, ServiceOff: r.ServiceOff, ItemStop: r.ItemStop,
		ItemWarning: r.ItemWarning, Note: r.Note}
}

func selectTerms(ctx context.Context, db pg.DB, country string, demonstration bool, day time.Time) ([]termsRow, error) {
	return pg.List[termsRow](ctx, db, `
		select distinct on (service) country, service, valid_from, checked_at, block, wmax_g, size_x_mm, size_y_mm, size_z_mm, line_max_mm,
			insurable, insured_max, declaration, service_off, item_stop, item_warning, note
		from post_countries where country = $1 and demonstration = $2 and valid_from <= $3
		order by service, valid_from desc`, country, demonstration, day)
}

// selectAllTerms is selectTerms for every country.
func selectAllTerms(ctx context.Context, db pg.DB, demonstration bool, day time.Time) ([]termsRow, error) {
	return pg.List[termsRow](ctx, db, `
		select distinct on (country, service) country, service, valid_from, checked_at, block, wmax_g, size_x_mm, size_y_mm, size_z_mm,
			line_max_mm, insurable, insured_max, declaration, service_off, item_stop, item_warning, note
		from post_countries where demonstration = $1 and valid_from <= $2
		order by country, service, valid_from desc`, demonstration, day)
}

// fareRow is a price that still holds.
type fareRow struct {
	Object int
	Grams  int64
	Price  money.Amount
}

// selectFares reads the last price of every service and weight to a country, of those that the post named lately.
func selectFares(ctx context.Context, db pg.DB, country string, demonstration bool, day, since time.Time) ([]fareRow, error) {
	return pg.List[fareRow](ctx, db, `
		select distinct on (object, weight_g) object, weight_g as grams, price from post_prices_abroad
		where country = $1 and demonstration = $2 and insured = 0 and valid_from <= $3 and asked_at >= $4
		order by object, weight_g, valid_from desc`, country, demonstration, day, since)
}

// insertTerms keeps what the post says on a day: a new row where it differs from the last, and otherwise only when it
// was said again.
func insertTerms(ctx context.Context, db pg.DB, rows []termsRow, demonstration bool, day, now time.Time) error {
	_, err := pg.Exec(ctx, db, `
		with said as (
			select * from jsonb_to_recordset($1::jsonb) as s (country char(2), service text, block int, wmax_g int, size_x_mm int, size_y_mm int,
				size_z_mm int, line_max_mm int, insurable boolean, insured_max bigint, declaration int, service_off int[],
				item_stop text, item_warning text, note text)
		), last as (
			select distinct on (country, service) * from post_countries
			where demonstration = $2 and valid_from <= $3 order by country, service, valid_from desc
		), same as (
			update post_countries p set checked_at = $4
			from last l join said s on s.country = l.country and s.service = l.service
			where p.country = l.country and p.service = l.service and p.demonstration = $2 and p.valid_from = l.valid_from
				and (p.block, p.wmax_g, p.size_x_mm, p.size_y_mm, p.size_z_mm, p.line_max_mm, p.insurable, p.insured_max,
					p.declaration, p.service_off, p.item_stop, p.item_warning, p.note)
				is not distinct from (s.block, s.wmax_g, s.size_x_mm, s.size_y_mm, s.size_z_mm, s.line_max_mm, s.insurable, s.insured_max,
					s.declaration, s.service_off, s.item_stop, s.item_warning, s.note)
			returning p.country, p.service
		)
		insert into post_countries (country, service, demonstration, valid_from, checked_at, block, wmax_g, size_x_mm, size_y_mm, size_z_mm,
			line_max_mm, insurable, insured_max, declaration, service_off, item_stop, item_warning, note)
		select s.country, s.service, $2, $3, $4, s.block, s.wmax_g, s.size_x_mm, s.size_y_mm, s.size_z_mm, s.line_max_mm, s.insurable,
			s.insured_max, s.declaration, s.service_off, s.item_stop, s.item_warning, s.note
		from said s where not exists (select from same where same.country = s.country and same.service = s.service)
		on conflict (country, service, demonstration, valid_from) do update set checked_at = excluded.checked_at, block = excluded.block,
			wmax_g = excluded.wmax_g, size_x_mm = excluded.size_x_mm, size_y_mm = excluded.size_y_mm, size_z_mm = excluded.size_z_mm,
			line_max_mm = excluded.line_max_mm, insurable = excluded.insurable, insured_max = excluded.insured_max,
			declaration = excluded.declaration, service_off = excluded.service_off, item_stop = excluded.item_stop,
			item_warning = excluded.item_warning, note = excluded.note`,
		rows, demonstration, day, now)
	return err
}

// priceKey is what a price depends on, with weight and value rounded up to their steps.
type priceKey struct {
	Object  int
	Country string
	Grams   int64
	Insured money.Amount
}

// priceRow is a row of post_prices_abroad.
type priceRow struct {
	AskedAt          time.Time
	Price            money.Amount
	MinDays, MaxDays int
}

// selectPrice finds the last price the post named on or before a day.
func selectPrice(ctx context.Context, db pg.DB, k priceKey, demonstration bool, day time.Time) (priceRow, bool, error) {
	return pg.Opt[priceRow](ctx, db, `
		select asked_at, price, min_days, max_days from post_prices_abroad
		where object = $1 and country = $2 and weight_g = $3 and insured = $4 and demonstration = $5 and valid_from <= $6
		order by valid_from desc limit 1`, k.Object, k.Country, k.Grams, k.Insured, demonstration, day)
}

// selectPriceAbove finds what the nearest heavier item cost: never less than the one asked for.
func selectPriceAbove(ctx context.Context, db pg.DB, k priceKey, demonstration bool, day time.Time) (priceRow, bool, error) {
	return pg.Opt[priceRow](ctx, db, `
		select asked_at, price, min_days, max_days from post_prices_abroad
		where object = $1 and country = $2 and weight_g >= $3 and insured >= $4 and demonstration = $5 and valid_from <= $6
		order by weight_g, insured, valid_from desc limit 1`, k.Object, k.Country, k.Grams, k.Insured, demonstration, day)
}

func upsertPrice(ctx context.Context, db pg.DB, k priceKey, q quote, demonstration bool, day, now time.Time) error {
	_, err := pg.Exec(ctx, db, `
		insert into post_prices_abroad (object, country, weight_g, insured, demonstration, valid_from, asked_at, price, min_days, max_days)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (object, country, weight_g, insured, demonstration, valid_from) do update
		set asked_at = excluded.asked_at, price = excluded.price, min_days = excluded.min_days, max_days = excluded.max_days`,
		k.Object, k.Country, k.Grams, k.Insured, demonstration, day, now, q.Price, q.MinDays, q.MaxDays)
	return err
}

// limitRow is a row of post_limits.
type limitRow struct {
	Service string
	Name    string
	Value   int64
}

func selectLimits(ctx context.Context, db pg.DB, day time.Time) ([]limitRow, error) {
	return pg.List[limitRow](ctx, db, `
		select distinct on (service, name) service, name, value from post_limits
		where valid_from <= $1 and (valid_to is null or valid_to >= $1) order by service, name, valid_from desc`, day)
}

// deleteOldPrices drops prices that nobody will be shown any more.
func deleteOldPrices(ctx context.Context, db pg.DB, before time.Time) (int64, error) {
	return pg.Exec(ctx, db, `delete from post_prices_abroad where valid_from < $1`, before)
}
