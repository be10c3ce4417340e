package apptest

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"github.com/yarmarka/yarmarka/internal/app"
	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs/jobstest"
)

// serveStandin lets a stand-in play the post and the Central Bank.
func serveStandin(t testing.TB, c *app.Config) *standin.Server {
	t.Helper()
	stand, end, err := startStandin(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Logf("apptest: the stand-in: %v", err)
		}
	})
	return stand
}

func startStandin(c *app.Config) (stand *standin.Server, end func() error, err error) {
	if stand, err = standin.New(standin.Options{}); err != nil {
		return nil, nil, err
	}
	server := httptest.NewServer(stand)
	c.PostStandin, c.RatesURL, c.PostPoll = server.URL, server.URL, 2*time.Second
	return stand, func() error { server.Close(); return stand.Close() }, nil
}

// reach finds out once where everything of a filled market may be sent, which every market would do again when it opens:
// the terms of the post, the rates of the bank, the walk over all goods and the index of those that may go elsewhere now.
// Parcels are left alone: only the stand-in that they were told to knows of them.
func reach(ctx context.Context, c app.Config, db *pgxpool.Pool) (err error) {
	_, end, err := startStandin(&c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	a, err := app.New(ctx, c, db)
	if err != nil {
		return err
	}
	queue, err := jobs.NewQueue(db)
	if err != nil {
		return err
	}
	for _, args := range []river.JobArgs{rates.FetchArgs{}, abroad.WalkArgs{}} {
		if err := queue.Insert(ctx, args); err != nil {
			return err
		}
		if _, err := jobstest.Run(ctx, db, a.Jobs(), args.Kind()); err != nil {
			return err
		}
	}
	_, err = a.Jobs().WorkStanding(ctx)
	return err
}

// Euro is what a euro costs in a market that KnowRates, in ten-thousandths of a rouble.
const Euro = 957793

// KnowRates gives the market the rates of today, whatever the stand-in says later of other days.
func (m *Market) KnowRates(t testing.TB) {
	t.Helper()
	m.exec(t, `
		insert into currency_rates (day, currency, nominal, value, source, fetched_at)
		select (now() at time zone 'Europe/Moscow')::date, c, n, v, 'test', now()
		from (values ('EUR', 1, 957793), ('KZT', 100, 159630), ('USD', 1, 829977), ('XDR', 1, 1134056)) as r (c, n, v)
		on conflict (day, currency) do update set value = excluded.value, nominal = excluded.nominal`)
}

// SellAbroad makes offers ready to be sold abroad, as glazed crockery of their sellers' own country.
func (m *Market) SellAbroad(t testing.TB, offers ...int64) {
	t.Helper()
	m.exec(t, `
		insert into export_sellers (seller_id, kind, inn, ogrn, name_latin, address_latin, city_latin, postcode, phone, email, signature)
		select distinct seller_id, 'entrepreneur', '500100732259', '304500116000157', 'IP Ivanova', '1 Lenina St', 'Tula', '300000', '+79165551234',
			'shop@example.com', true
		from offers where id = any($1)
		on conflict (seller_id) do nothing`, offers)
	m.exec(t, `
		insert into export_goods (seller_id, offer_id, abroad, hs, confirmed_at, confidence, origin, net_g, gross_g, length_mm, width_mm, height_mm,
			text_en, text_ru, material, year_made, making, verdict, ready)
		select seller_id, id, true, '691200', now(), 100, 'RU', 300, 450, 180, 120, 120, 'Glazed ceramic coffee pot for the household',
			'Glazed ceramic coffee pot', 'ceramics', extract(year from now()), 'mass', 'pass', true
		from offers where id = any($1)
		on conflict (seller_id, offer_id) do update
		set abroad = true, hs = excluded.hs, confirmed_at = now(), confidence = 100, tnved = '', origin = 'RU', net_g = excluded.net_g,
			gross_g = excluded.gross_g, length_mm = excluded.length_mm, width_mm = excluded.width_mm, height_mm = excluded.height_mm,
			text_en = excluded.text_en, text_ru = excluded.text_ru, material = excluded.material, year_made = excluded.year_made,
			making = 'mass', collection = '', traits = '{}', asked = '{}', lacks = '{}', verdict = 'pass', ready = true`, offers)
}

// ProveExports makes a seller one who pays VAT and proves exports to the tax service.
func (m *Market) ProveExports(t testing.TB, sellerID int64) {
	t.Helper()
	m.exec(t, `update export_sellers set vat_payer = true, wants_vat0 = true, signature = true where seller_id = $1`, sellerID)
}

// Withdraw takes offers back from abroad; none named are all.
func (m *Market) Withdraw(t testing.TB, offers ...int64) {
	t.Helper()
	m.exec(t, `update export_goods set abroad = false, ready = false where offer_id = any($1) or cardinality($1::bigint[]) = 0`, append([]int64{}, offers...))
}

func (m *Market) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := m.DB.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}
