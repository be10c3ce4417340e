package vat_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	lawbook "github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/export/dispatch/dispatchtest"
	"github.com/yarmarka/yarmarka/internal/export/vat"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func date(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// aRow is an ordinary parcel of a seller: sold to Germany, departed in the fourth quarter of 2026.
func aRow(seller int64, n int) vat.Row {
	return vat.Row{SellerID: seller, Parcel: fmt.Sprintf("Y-7KQ2-%d-1", n), INN: "7707083893", KPP: "770701001", Registration: fmt.Sprintf("10129000/031126/CC%08d0RU", n),
		Barcode: fmt.Sprintf("CC%08d0RU", n), ReleasedOn: date("2026-11-04"), DepartedOn: date("2026-11-07"), Mark: vat.DepartureAllowed, TNVED: []string{"610910", "9503002101"},
		Country: "DE", OrderNumber: fmt.Sprintf("Y-7KQ2-%d", n), Currency: "EUR", Value: 26_21, Rate: 953_412, RateNominal: 1, RateDay: date("2026-11-03"),
		ValueRUB: 2_499_00, PaidOn: date("2026-11-01"), EnteredAt: date("2026-11-07").Add(9 * time.Hour)}
}

// world is a database with a shop that may sell abroad, on a day.
type world struct {
	*vat.Service
	t      testing.TB
	db     *pgxpool.Pool
	shop   dispatchtest.Shop
	person int64
	now    time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: date("2026-11-22").Add(9 * time.Hour)}
	files, err := clearance.Load(lawbook.FS)
	w.must(err)
	w.must(clearance.Seed(t.Context(), w.db, files))
	clock := func() time.Time { return w.now }
	w.Service = vat.New(vat.Deps{Pool: w.db, Now: clock, Tables: clearance.New(w.db, clock).Tables})
	w.shop, w.person = dispatchtest.ReadyShop(t, w.db), accounttest.Person(t, w.db)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// enter writes rows as departures do, one a transaction.
func (w *world) enter(rows ...vat.Row) {
	w.t.Helper()
	for _, r := range rows {
		w.must(pg.InTx(w.t.Context(), w.db, func(tx pgx.Tx) error {
			_, err := vat.Enter(w.t.Context(), tx, r)
			return err
		}))
	}
}

func (w *world) reverse(parcel string, at time.Time) (number int) {
	w.t.Helper()
	w.must(pg.InTx(w.t.Context(), w.db, func(tx pgx.Tx) (err error) {
		number, err = vat.Reverse(w.t.Context(), tx, w.shop.SellerID, parcel, "returned", at)
		return err
	}))
	return number
}

// parcel makes a foreign parcel of a seller who proves exports: released by CN 23 on a day, or, within the union, only
// accepted.
func (w *world) parcel(country, number, released string) {
	w.t.Helper()
	ids := dispatchtest.Orders(w.t, w.db, w.shop, dispatchtest.Sale{Country: country, Object: 4031, Gross: 240, At: date("2026-11-01"), N: 1})
	_, err := clearance.Record(w.t.Context(), w.db, clearance.Subject{Kind: clearance.KindParcel, Number: number, SellerID: w.shop.SellerID, Moment: clearance.AtPosting},
		&clearance.Parcel{Number: number, Country: country, VATPayer: true, WantsVAT0: true}, clearance.Decision{Day: "2026-11-01", Outcome: clearance.Pass})
	w.must(err)
	_, err = w.db.Exec(w.t.Context(), `
		insert into export_parcels (seller_id, order_id, parcel_id, number, country, service, object, state, since, paid_at, gross_g, value_rub, currency, value,
			contract, contract_rub, released_at, accepted_at, form, decision_id)
		select $1, o.id, p.id, $3, $4, 'parcel', 4031, 'handed_over', now(), o.paid_at, 240, 249900, 'RUB', 249900, o.number, 249900, nullif($5, '')::date, '2026-11-02',
			case when $5 = '' then '' else 'CN23' end, (select d.id from export_decisions d where d.number = $3)
		from orders o join parcels p on p.order_id = o.id where o.id = $2`, w.shop.SellerID, ids[0], number, country, released)
	w.must(err)
}

func (w *world) read(q vat.Quarter, after int) vat.Register {
	w.t.Helper()
	r, err := w.Read(w.t.Context(), w.shop.SellerID, q, after)
	w.must(err)
	return r
}
