package shipping

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const methodCols = `id, seller_id, kind, name, city, price, free_from, currency, min_days, max_days, active`

// offered is a way one of the asked sellers delivers, beside what that seller promised before setting
// up ways of their own.
type offered struct {
	Method
	ForSeller   int64
	DeliveryFee money.Amount
	FreeAbove   *money.Amount
	TransitDays int
}

// offeredWays reads the active methods of many sellers at once, each with the platform's fallback. The sellers are what a
// query of a bigint[] finds, which stands between the two.
const offeredWays = `
	select s.id as for_seller, s.delivery_fee, s.free_from as free_above, s.transit_days::int as transit_days,
		m.id, m.seller_id, m.kind, m.name, m.city, m.price, m.free_from, m.currency, m.min_days, m.max_days, m.active
	from sellers s join shipping_methods m on m.active and (m.seller_id = s.id or m.seller_id is null)
	where s.id = any((`

const waysInOrder = `)::bigint[]) order by s.id, m.id`

func selectMethods(ctx context.Context, db pg.DB, sellerID int64) ([]Method, error) {
	return pg.List[Method](ctx, db, `
		select `+methodCols+` from shipping_methods where seller_id = $1 order by id`, sellerID)
}

func insertMethod(ctx context.Context, db pg.DB, sellerID int64, m Method) error {
	_, err := pg.Exec(ctx, db, `
		insert into shipping_methods (seller_id, kind, name, city, price, free_from, currency, min_days, max_days)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		sellerID, m.Kind, m.Name, m.City, m.Price, m.FreeFrom, m.Currency, m.MinDays, m.MaxDays)
	return err
}

func updateMethod(ctx context.Context, db pg.DB, sellerID int64, m Method) error {
	n, err := pg.Exec(ctx, db, `
		update shipping_methods
		set name = $3, city = $4, price = $5, free_from = $6, min_days = $7, max_days = $8, active = $9
		where id = $1 and seller_id = $2`,
		m.ID, sellerID, m.Name, m.City, m.Price, m.FreeFrom, m.MinDays, m.MaxDays, m.Active)
	if err == nil && n == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return err
}

func deleteMethod(ctx context.Context, db pg.DB, sellerID, id int64) error {
	n, err := pg.Exec(ctx, db, `delete from shipping_methods where id = $1 and seller_id = $2`, id, sellerID)
	if err == nil && n == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return err
}

func selectPoints(ctx context.Context, db pg.DB) ([]Point, error) {
	return pg.List[Point](ctx, db, `
		select id, city_ru, city_en, address_ru, address_en, hours, demonstration
		from pickup_points where active order by city_ru, id`)
}

// tariffRow is a zone's rate with its tariff; a tariff has few dozens of them.
type tariffRow struct {
	ValidFrom     time.Time
	Source        string
	Demonstration bool
	Zone          int
	Prefixes      []string
	MaxWeightG    int
	Price         money.Amount
	Currency      money.Currency
	MinDays       int
	MaxDays       int
}

// selectTariff reads the newest tariff whose day has come.
func selectTariff(ctx context.Context, db pg.DB, day time.Time) ([]tariffRow, error) {
	return pg.List[tariffRow](ctx, db, `
		select t.valid_from, t.source, t.demonstration, z.zone, z.prefixes, r.max_weight_g, r.price, r.currency, r.min_days, r.max_days
		from post_tariffs t
		join post_zones z on z.tariff_id = t.id
		join post_rates r on r.tariff_id = z.tariff_id and r.zone = z.zone
		where t.id = (select id from post_tariffs where valid_from <= $1 order by valid_from desc limit 1)
		order by z.zone, r.max_weight_g`, day)
}

func insertTariff(ctx context.Context, db pg.DB, t Tariff, personID int64) (int64, error) {
	id, err := pg.Scalar[int64](ctx, db, `
		insert into post_tariffs (valid_from, source, demonstration, entered_by)
		values ($1, $2, $3, $4) returning id`, t.ValidFrom, t.Source, t.Demonstration, personID)
	return id, errs.FromPG(err, map[string]*errs.Error{
		"post_tariffs_valid_from_key": errs.New(errs.Conflict, "shipping.tariff.day_taken")})
}

func insertZone(ctx context.Context, db pg.DB, tariffID int64, zone int, prefixes []string) error {
	_, err := pg.Exec(ctx, db, `insert into post_zones (tariff_id, zone, prefixes) values ($1, $2, $3)`, tariffID, zone, prefixes)
	return err
}

func insertRates(ctx context.Context, db pg.DB, tariffID int64, rates []Rate) error {
	zones, weights := make([]int, len(rates)), make([]int, len(rates))
	prices, lows, highs := make([]int64, len(rates)), make([]int, len(rates)), make([]int, len(rates))
	for i, r := range rates {
		zones[i], weights[i], prices[i], lows[i], highs[i] = r.Zone, r.MaxWeightG, int64(r.Price), r.MinDays, r.MaxDays
	}
	_, err := pg.Exec(ctx, db, `
		insert into post_rates (tariff_id, zone, max_weight_g, price, currency, min_days, max_days)
		select $1, z, w, p, 'RUB', lo, hi
		from unnest($2::int[], $3::int[], $4::bigint[], $5::int[], $6::int[]) as r (z, w, p, lo, hi)`,
		tariffID, zones, weights, prices, lows, highs)
	return err
}
