package catalog_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/curation"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// keptSite is a site with a cache of pages before it; two copies of the program would have one each.
type keptSite struct {
	*site
	cached http.Handler
	met    *atomic.Int64 // answers given without a handler
}

func newKeptSite(s *site) keptSite {
	k := keptSite{site: s, met: new(atomic.Int64)}
	cache := pagecache.New(s.DB, pagecache.Options{Bytes: 8 << 20, Kind: func(*url.URL) string { return "page" }, Private: []string{"session"},
		Met: func(context.Context, string) { k.met.Add(1) }, Now: time.Now})
	k.cached = cache.Middleware(s.Handler)
	return k
}

// see asks for a page twice, so that it is kept, and checks that it is what the handler itself says.
func (k keptSite) see(path string) string {
	k.T.Helper()
	body := ask(k.T, k.cached, path)
	if fresh := ask(k.T, k.Handler, path); body != fresh {
		k.T.Fatalf("%s is old:\n%s\n\nwant:\n%s", path, differ(body, fresh), differ(fresh, body))
	}
	before := k.met.Load()
	if again := ask(k.T, k.cached, path); again != body || k.met.Load() != before+1 {
		k.T.Errorf("%s was not kept", path)
	}
	return body
}

func ask(t testing.TB, h http.Handler, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK && w.Code != http.StatusNotFound {
		t.Fatalf("%s: %d", path, w.Code)
	}
	return fmt.Sprint(w.Code, w.Body)
}

// differ cuts out of a what is not in b, with a little around it.
func differ(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	return a[max(0, i-80):min(len(a), i+120)]
}

// shelfOf is a category with a card under test and another beside it, each sold by a shop of its own.
type shelfOf struct {
	shop, rival  seller.Seller
	card, beside intake.CardResult
	offer        int64
	category     int64
	slug         string
}

func (s *site) shelf() shelfOf {
	s.T.Helper()
	s.Exec(`insert into attributes (code, kind, name_ru, name_en) values ('hopper', 'boolean', 'Бункер', 'Hopper')`)
	x := shelfOf{category: catalogtest.Category(s.T, s.DB), shop: catalogtest.Shop(s.T, s.DB), rival: catalogtest.Shop(s.T, s.DB)}
	in := func(c *intake.Card) { c.CategoryID = x.category }
	x.card, x.beside = catalogtest.Card(s.T, s.DB, x.shop, in), catalogtest.Card(s.T, s.DB, x.rival, in)
	x.offer = catalogtest.Offer(s.T, s.DB, x.shop, x.card.Variants["main"], 429000, 20)
	catalogtest.Offer(s.T, s.DB, x.rival, x.beside.Variants["main"], 99000, 20)
	x.slug = s.SlugOf(x.category)
	return x
}

// Pages that changes show on.
const product, beside, home, category = "product", "beside", "home", "category"

var all = []string{product, beside, home, category}

// changes are what can happen to a shelf, with the pages that must differ afterwards.
var changes = map[string]struct {
	change func(s *site, x shelfOf)
	shows  []string
}{
	"price":                 {func(s *site, x shelfOf) { s.reprice(x, 399000) }, all},
	"sold out":              {func(s *site, x shelfOf) { s.hold(x.offer, 20) }, all},
	"few left":              {func(s *site, x shelfOf) { s.hold(x.offer, 17) }, []string{product}},
	"one more sold of many": {func(s *site, x shelfOf) { s.hold(x.offer, 1) }, nil},
	"seller suspended": {func(s *site, x shelfOf) {
		shops := seller.New(s.DB, time.Now)
		shops.Changed = catalog.SellerChanged
		s.must(shops.Suspend(s.T.Context(), s.Person("admin@example.ru"), x.shop.ID, "проверка"))
	}, all},
	"seller renamed": {func(s *site, x shelfOf) {
		s.Exec(`update sellers set name = 'Новое имя' where id = $1`, x.shop.ID)
		s.must(catalog.SellerChanged(s.T.Context(), s.DB, x.shop.ID))
	}, all},
	"seller on holiday": {func(s *site, x shelfOf) {
		s.Exec(`update sellers set vacation_from = current_date, vacation_to = current_date + 7 where id = $1`, x.shop.ID)
		s.must(catalog.SellerChanged(s.T.Context(), s.DB, x.shop.ID))
	}, all},
	"card edited": {func(s *site, x shelfOf) { s.retitle(x, "Кофемолка медная", "Copper grinder") }, all},
	"card taken off": {func(s *site, x shelfOf) {
		s.must(s.Curation.BlockCard(s.T.Context(), s.Person("mod@example.ru"), x.card.ProductID, true, "подделка"))
	}, all},
	"picture": {func(s *site, x shelfOf) {
		s.Exec(`insert into media_files (kind, seller_id, sha256, key, content_type, width, height, bytes, created_at)
			values ('image', $1, decode(repeat('ab', 32), 'hex'), repeat('a', 32), 'image/jpeg', 800, 600, 9, now())`, x.shop.ID)
		var id int64
		s.must(s.DB.QueryRow(s.T.Context(), `select max(id) from media_files`).Scan(&id))
		s.must(intake.AttachPhoto(s.T.Context(), s.DB, x.card.ProductID, 0, intake.Image{MediaID: id}))
	}, all},
	"another seller": {func(s *site, x shelfOf) { catalogtest.Offer(s.T, s.DB, x.rival, x.card.Variants["main"], 300000, 3) }, all},
	"another card": {func(s *site, x shelfOf) {
		c := catalogtest.Card(s.T, s.DB, x.rival, func(c *intake.Card) { c.CategoryID = x.category })
		catalogtest.Offer(s.T, s.DB, x.rival, c.Variants["main"], 5000, 3)
	}, all},
	"ready to be sent abroad": {func(s *site, x shelfOf) { s.Exec(`update offers set abroad = true where id = $1`, x.offer) }, []string{product}},
	"category renamed":        {func(s *site, x shelfOf) { s.recategory(x.category, "Жернова", false) }, []string{product, beside, category}},
	"category hidden":         {func(s *site, x shelfOf) { s.recategory(x.category, "", true) }, all},
	"attribute renamed": {func(s *site, x shelfOf) {
		s.Exec(`insert into product_attributes (product_id, attribute_id, flag) select $1, id, true from attributes`, x.card.ProductID)
		s.Exec(`update attributes set name_ru = 'Съёмный бункер'`)
	}, []string{product}},
	"price history": {func(s *site, x shelfOf) {
		s.must(intake.WriteHistory(s.T.Context(), s.DB, []intake.PastPrice{{OfferID: x.offer, DaysAgo: 20, Price: 500000}, {OfferID: x.offer, DaysAgo: 3, Price: 429000}}))
	}, []string{product, home}},
}

func (x shelfOf) pages() map[string]string {
	return map[string]string{product: "/p/" + x.card.Slug, beside: "/p/" + x.beside.Slug, home: "/", category: "/c/" + x.slug}
}

func TestEveryChangeIsSeenByTheNextVisitor(t *testing.T) {
	t.Parallel()
	for name, tt := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			x := s.shelf()
			s.drain()
			one, other := newKeptSite(s), newKeptSite(s)
			pages := x.pages()
			was := map[string]string{}
			for page, path := range pages {
				was[page] = one.see(path)
				other.see(path)
			}
			tt.change(s, x)
			s.drain()
			for page, path := range pages {
				is := ask(t, one.cached, path)
				if fresh := ask(t, s.Handler, path); is != fresh {
					t.Errorf("%s is old: %s", page, differ(is, fresh))
				}
				if second := ask(t, other.cached, path); second != is {
					t.Errorf("two copies of the program disagree about %s", page)
				}
				if want := contains(tt.shows, page); want != (is != was[page]) {
					t.Errorf("%s differs: %v, want %v", page, !want, want)
				}
			}
			if tt.shows == nil {
				before := one.met.Load()
				ask(t, one.cached, pages[product])
				if one.met.Load() != before+1 {
					t.Error("a page that shows nothing new was made again")
				}
			}
		})
	}
}

func contains(list []string, s string) bool { return strings.Contains(strings.Join(list, " "), s) }

func (s *site) must(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

func (s *site) drain() {
	s.T.Helper()
	_, err := s.Catalog.DrainIndex(s.T.Context())
	s.must(err)
}

func (s *site) hold(offer int64, n int) {
	s.T.Helper()
	s.must(pg.InTx(s.T.Context(), s.DB, func(tx pgx.Tx) error {
		short, err := hold.Take(s.T.Context(), tx, "buyer", []hold.Line{{OfferID: offer, Qty: n}}, time.Minute)
		if len(short) > 0 {
			s.T.Errorf("short: %v", short)
		}
		return err
	}))
}

func (s *site) reprice(x shelfOf, price money.Amount) {
	s.T.Helper()
	n, err := s.Listings.ChangeMany(s.T.Context(), x.shop.ID, listing.Bulk{Do: "price", OfferIDs: []int64{x.offer}, Percent: -7})
	if err != nil || n != 1 {
		s.T.Fatalf("price not changed to %d: %d %v", price, n, err)
	}
}

func (s *site) retitle(x shelfOf, ru, en string) {
	s.T.Helper()
	s.Exec(`update sellers set trusted = true, sales = 1000 where id = $1`, x.shop.ID)
	by := listing.Actor{PersonID: s.Person("author@example.ru"), SellerID: x.shop.ID}
	card, err := s.Listings.GetForEdit(s.T.Context(), by, x.card.ProductID)
	s.must(err)
	doc := listing.DocOf(card)
	doc.Title = catalog.Text{RU: ru, EN: en}
	saved, err := s.Listings.SaveCard(s.T.Context(), by, card.ID, card.Version, doc, true)
	s.must(err)
	if saved == listing.SavedQueue {
		s.AsStaff(account.Moderator)
		id := strings.Trim(s.Rows(`select id from change_requests`), "[]")
		s.Post("/admin/moderation/"+id+"/approve", http.StatusSeeOther, url.Values{"version": {"1"}})
		s.Session = nil
	}
}

func (s *site) recategory(id int64, name string, hidden bool) {
	s.T.Helper()
	tree, err := s.Catalog.Tree(s.T.Context())
	s.must(err)
	c, _ := tree.ByID(id)
	e := curation.CategoryEdit{Name: c.Name, Position: c.Position, Hidden: hidden, Version: c.Version}
	if name != "" {
		e.Name.RU = name
	}
	s.must(s.Curation.EditCategory(s.T.Context(), s.Person(fmt.Sprintf("admin-%t@example.ru", hidden)), id, e))
}

func TestHidingACategoryHidesWhatIsBelow(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	x := s.shelf()
	parent := catalogtest.Category(t, s.DB)
	s.Exec(`update categories set parent_id = $2, path = array[$2, $1]::bigint[] where id = $1`, x.category, parent)
	s.drain()
	paths := []string{"/p/" + x.card.Slug, "/c/" + x.slug, "/feeds/c/" + x.slug + ".xml"}
	for _, hidden := range []bool{true, false} {
		s.recategory(parent, "", hidden)
		s.drain()
		want := http.StatusOK
		if hidden {
			want = http.StatusNotFound
		}
		for _, path := range paths {
			s.Do(httptest.NewRequest(http.MethodGet, path, nil), want)
		}
		if got := s.Rows(`select count(*) from search_docs where kind = 1`); got != map[bool]string{true: "[[0]]", false: "[[2]]"}[hidden] {
			t.Errorf("hidden %v: %s cards in the search", hidden, got)
		}
		cards, err := s.Catalog.Sitemap(httptest.NewRequest(http.MethodGet, "/", nil), 0, 10)
		if err != nil || len(cards) != map[bool]int{true: 0, false: 2}[hidden] {
			t.Errorf("hidden %v: %d cards in the sitemap, %v", hidden, len(cards), err)
		}
		lines, err := catalog.OffersForCart(t.Context(), s.DB, []int64{x.offer})
		if err != nil || lines[x.offer].Reason != map[bool]catalog.Reason{true: catalog.Gone, false: catalog.Buyable}[hidden] {
			t.Errorf("hidden %v: a cart says %q, %v", hidden, lines[x.offer].Reason, err)
		}
	}
}

func TestNothingOfAVisitorsOwnIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	x := s.shelf()
	k := newKeptSite(s)
	path := "/p/" + x.card.Slug
	k.see(path)
	s.AsSeller(x.shop)
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.AddCookie(&http.Cookie{Name: "session", Value: "anything"})
	w, before := httptest.NewRecorder(), k.met.Load()
	k.cached.ServeHTTP(w, r)
	if k.met.Load() != before || !strings.Contains(w.Body.String(), "data-me") || strings.Contains(w.Header().Get("Cache-Control"), "public") {
		t.Error("who brings a session got a stranger's page")
	}
	s.Session = nil
	if body := k.see(path); strings.Contains(body, "data-me") {
		t.Error("a stranger got somebody's page")
	}
}

// What happens to the goods of one category makes the pages of others neither old nor anew.
func TestACategoryIsKeptWhileItsOwnGoodsStay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	x, y := s.shelf(), catalogtest.Category(t, s.DB)
	in := func(c *intake.Card) { c.CategoryID = y }
	other := catalogtest.Card(t, s.DB, x.rival, in)
	catalogtest.Offer(t, s.DB, x.rival, other.Variants["main"], 77000, 20)
	s.drain()
	k := newKeptSite(s)
	here, there := "/c/"+x.slug, "/c/"+s.SlugOf(y)
	k.see(here)
	k.see(there)
	s.reprice(x, 399000)
	s.drain()
	before := k.met.Load()
	ask(t, k.cached, there)
	if k.met.Load() != before+1 {
		t.Error("another category's page was made again")
	}
	ask(t, k.cached, here)
	if k.met.Load() != before+1 {
		t.Error("the category's own page was not")
	}
	k.see(here)
}
