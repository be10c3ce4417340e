package abroad_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/dispatch/dispatchtest"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs/jobstest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
)

// market is a database with goods that are ready to go abroad, indexed as the program does it.
type market struct {
	*world
	t       *testing.T
	db      *pgxpool.Pool
	catalog *catalog.Service
	search  *search.Service
	shops   []dispatchtest.Shop
	edition int64
}

func newMarket(t *testing.T, shops int) *market {
	t.Helper()
	m := &market{world: newWorld(t), t: t, db: dbtest.New(t), edition: 1}
	m.mapped(t)
	m.DB = m.db
	m.Edition = func(context.Context) (int64, error) { return m.edition, nil }
	m.Passports = func(ctx context.Context, offers []int64) (map[int64]goods.Passport, error) {
		return goods.ForOffers(ctx, m.db, offers)
	}
	m.Terms = func(ctx context.Context, sellers []int64) (map[int64]goods.SellerTerms, error) {
		return goods.TermsOf(ctx, m.db, sellers)
	}
	m.Shelf = func(ctx context.Context, cards []destination.Carded) ([]abroad.Shown, error) {
		return abroad.ShelfOf(ctx, m.db, cards)
	}
	m.catalog = catalog.New(m.db, m.Now)
	m.catalog.Routes = m.Routes
	m.search = search.New(m.db, search.Options{Labels: catalog.Labels(m.db), Ways: m.Way, Now: m.Now})
	for range shops {
		m.shops = append(m.shops, dispatchtest.ReadyShop(t, m.db))
	}
	m.drain()
	return m
}

func (m *market) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *market) exec(sql string, args ...any) {
	m.t.Helper()
	_, err := pg.Exec(m.t.Context(), m.db, sql, args...)
	m.must(err)
}

func (m *market) drain() {
	m.t.Helper()
	_, err := m.catalog.DrainIndex(m.t.Context())
	m.must(err)
}

// found asks for everything that may be sent to a country.
func (m *market) found(country string, sort search.Sort) search.Result {
	m.t.Helper()
	m.Forget()
	res, err := m.search.Query(m.t.Context(), search.Params{Lang: i18n.EN, Country: country, Sent: true, Sort: sort, Limit: 100})
	m.must(err)
	return res
}

func products(res search.Result) []int64 {
	var ids []int64
	for _, h := range res.Hits {
		ids = append(ids, h.RefID)
	}
	slices.Sort(ids)
	return ids
}

// A passport that changes, terms that change, and rules or a post that change by themselves all bring the index to what
// they say now; and the counts are of what is there.
func TestTheFilterFollowsWhatChanges(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 3)
	all := []int64{m.shops[0].ProductID, m.shops[1].ProductID, m.shops[2].ProductID}
	slices.Sort(all)
	is := func(when, country string, want ...int64) {
		t.Helper()
		slices.Sort(want)
		res := m.found(country, search.Cheap)
		if diff := cmp.Diff(want, products(res)); diff != "" || res.Total != len(want) || res.Sendable != len(want) {
			t.Errorf("%s, to %s: %d in all, %d may be sent, -want +got\n%s", when, country, res.Total, res.Sendable, diff)
		}
	}
	is("at first", "DE", all...)
	m.exec(`update export_goods set hs = '442019', tnved = '', version = version + 1 where offer_id = $1`, m.shops[0].OfferID)
	m.drain()
	is("one is of wood", "DE", m.shops[1].ProductID, m.shops[2].ProductID)
	is("one is of wood", "RS", all...)
	m.exec(`update export_sellers set kind = 'individual' where seller_id = $1`, m.shops[1].SellerID)
	m.drain()
	is("one sells for herself", "DE", m.shops[2].ProductID)
	m.exec(`update export_goods set gross_g = 25000, version = version + 1 where offer_id = $1`, m.shops[2].OfferID)
	m.drain()
	is("one is heavy", "DE", m.shops[2].ProductID) // by EMS
	walk := func() {
		t.Helper()
		m.Forget()
		for {
			n, err := m.Walk(t.Context())
			m.must(err)
			if n == 0 {
				break
			}
		}
		m.drain()
	}
	walk()
	m.closed, m.edition = []string{"DE"}, 2
	is("Germany is closed", "DE")
	walk()
	is("Germany is closed", "DE")
	is("Germany is closed", "RS", m.shops[0].ProductID, m.shops[2].ProductID)
	m.closed, m.edition = nil, 3
	walk()
	is("Germany is open", "DE", m.shops[2].ProductID)
	if n, err := m.Walk(t.Context()); err != nil || n != 0 {
		t.Errorf("nothing is another, and %d offers are looked at (%v)", n, err)
	}
}

// While the post or the rules cannot be asked, what was found out last holds.
func TestAnIndexWithoutSourcesKeepsWhatItKnows(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1)
	m.Forget()
	works := m.Edition
	m.Edition = func(context.Context) (int64, error) { return 0, errs.New(errs.Unavailable, "postal.unconfigured") }
	m.exec(`insert into product_changes (product_id) values ($1)`, m.shops[0].ProductID)
	m.drain()
	work, queue := jobs.NewRegistry(), jobstest.Queue(t, m.db)
	abroad.Jobs(work, m.Service, queue)
	m.must(queue.Insert(t.Context(), abroad.WalkArgs{}))
	m.must(queue.Insert(t.Context(), abroad.PriceArgs{Country: "DE"}))
	jobstest.Drain(t, m.db, work)
	if n, err := pg.Scalar[int](t.Context(), m.db, `select count(*) from river_job where kind like 'abroad.%' and state = 'completed'`); err != nil || n != 2 {
		t.Errorf("%d of 2 rounds ended quietly: %v", n, err)
	}
	m.Edition = works
	if res := m.found("DE", search.Cheap); res.Total != 1 {
		t.Errorf("%d may be sent", res.Total)
	}
}

// A list by the whole price is in order by it, on every page, and each card adds up to where it stands.
func TestAListByTheWholePriceIsWhatItsCardsAddUpTo(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 12)
	for i, s := range m.shops {
		m.exec(`update offers set price = $2 where id = $1`, s.OfferID, 100_00*(1+i*7%12))
		m.exec(`update export_goods set gross_g = $2, net_g = 100, version = version + 1 where offer_id = $1`, s.OfferID, []int64{240, 2500, 21_000}[i%3])
	}
	m.drain()
	for _, country := range []string{"DE", "KZ", "RS"} {
		m.Forget()
		last, after, seen := int64(0), "", map[int64]bool{}
		for {
			res, err := m.search.Query(t.Context(), search.Params{Lang: i18n.EN, Country: country, Sort: search.Landed, Limit: 5, After: after})
			m.must(err)
			for _, h := range res.Hits {
				card := destination.Carded{ProductID: h.RefID, OfferID: h.Away}
				reach, err := m.Reach(t.Context(), country, []destination.Carded{card})
				m.must(err)
				sum := int64(reach[card].Landed())
				if reach[card].Outcome != destination.Goes || reach[card].Price != h.Price {
					t.Errorf("to %s: the card says %+v of %d for %d", country, reach[card], h.RefID, h.Price)
				}
				if sum < last || seen[h.RefID] {
					t.Errorf("to %s: %d after %d", country, sum, last)
				}
				last, seen[h.RefID] = sum, true
			}
			if after = res.NextCursor; after == "" {
				break
			}
		}
		if len(seen) != len(m.shops) {
			t.Errorf("to %s: %d of %d", country, len(seen), len(m.shops))
		}
	}
}

// Nothing is said of goods abroad to who is at home: neither a count nor an order.
func TestAtHomeNothingIsSaid(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1)
	res, err := m.search.Query(t.Context(), search.Params{Lang: i18n.RU, Sent: true, Sort: search.Landed})
	if err != nil || res.Total != 1 || res.Sendable != 0 || res.Hits[0].Away != 0 {
		t.Errorf("%+v, %v", res, err)
	}
}
