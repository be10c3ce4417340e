package app

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
)

// Whoever tries numbers one after the other learns nothing and is soon told to wait; what is theirs opens as ever.
func TestGuessingNumbersIsSlowedDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for role, path := range map[string]string{boris: "/account/addresses/%d", ownerB: "/seller/orders/Y-%04d-TRY", anonymous: "/pay/return/guess-%d", guest: "/orders/Y-%04d-GUES"} {
		w.exec(`delete from rate_limits`)
		missed, waits := 0, 0
		for i := range 1000 {
			got := w.get(fmt.Sprintf(path, 90_000+i), w.actors[role].cookies()...)
			switch got.StatusCode {
			case http.StatusNotFound:
				missed++
			case http.StatusTooManyRequests:
				waits++
				if got.Header.Get("Retry-After") == "" {
					t.Fatalf("%s as %s: no Retry-After", path, role)
				}
			default:
				t.Fatalf("%s as %s answers %d", path, role, got.StatusCode)
			}
			w.noSecrets(role, path, got, "")
			if waits > 20 {
				break
			}
		}
		if waits == 0 || missed > 200 {
			t.Errorf("%s as %s: %d misses, then %d times told to wait", path, role, missed, waits)
		}
	}
	if got := w.get("/account/addresses/"+w.things["address"], w.actors[anna].cookies()...); got.StatusCode != http.StatusOK {
		t.Errorf("Anna's own address answers %d to her meanwhile", got.StatusCode)
	}
}

// Every route refuses every method that it has not.
func TestEveryRouteRefusesOtherMethods(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	has := map[string][]string{}
	err := chi.Walk(w.router, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		has[pattern] = append(has[pattern], method)
		return nil
	})
	w.must(err)
	for _, r := range rules() {
		_, pattern, _ := strings.Cut(r.route, " ")
		for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodTrace, http.MethodPost, "PROPFIND", "X"} {
			if slices.Contains(has[pattern], method) || method == http.MethodPost && strings.HasPrefix(pattern, "/seller/listings/{product}") { // its siblings are posts
				continue
			}
			got := w.do(call{method: method, path: r.path(w), cookies: w.actors[admin].cookies()})
			sibling := method == http.MethodPost && got.StatusCode == http.StatusNotFound // a form for {id} takes the last word for a number
			if got.StatusCode != http.StatusMethodNotAllowed && !sibling {
				t.Errorf("%s %s answers %d", method, pattern, got.StatusCode)
			}
		}
	}
}

// What is not for sale is nowhere a stranger can look: pages, search, suggestions, feeds, maps of the site.
func TestHiddenGoodsAreNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	card := w.things["card"]
	title := one[string](w.site, `select title_ru from products where id = $1::bigint`, card)
	sees := func(what string, texts ...string) {
		t.Helper()
		_, err := w.m.catalog.DrainIndex(t.Context())
		w.must(err)
		for _, path := range []string{"/", "/c/" + w.things["category"], "/shops/" + w.things["shop"], "/feeds/new.xml", "/feeds/c/" + w.things["category"] + ".xml",
			"/feeds/shops/" + w.things["shop"] + ".xml", "/search?q=" + url.QueryEscape(title), "/suggest?q=" + url.QueryEscape(title),
			"/search?q=" + url.QueryEscape(draftTitle), "/suggest?q=" + url.QueryEscape(draftTitle), "/search?sort=new", "/search"} {
			got := w.get(path)
			if strings.Contains(got.body, "/p/"+w.things["slug"]) {
				t.Errorf("%s: %s leads to it", what, path)
			}
			asked, err := url.QueryUnescape(path)
			w.must(err)
			for _, text := range texts {
				if strings.Contains(got.body, text) && !strings.Contains(asked, text) { // the words that were asked for come back in the page's own field
					t.Errorf("%s: %s shows %q", what, path, text)
				}
			}
		}
	}
	w.exec(`update products set status = 'blocked' where id = $1::bigint`, card)
	w.exec(`insert into product_changes (product_id) select $1::bigint on conflict do nothing`, card)
	sees("a blocked card", title, draftTitle)
	for _, path := range []string{"/p/" + w.things["slug"], "/sitemaps/goods-0.xml"} {
		if got := w.get(path); got.StatusCode == http.StatusOK && strings.Contains(got.body, w.things["slug"]) {
			t.Errorf("a blocked card: %s answers 200", path)
		}
	}
	w.exec(`update products set status = 'published' where id = $1::bigint`, card)
	got := w.post("/admin/sellers/"+w.things["shop"]+"/suspend", values("note", "проба"), w.actors[admin].cookies()...)
	if got.StatusCode != http.StatusSeeOther {
		t.Fatalf("suspending answers %d", got.StatusCode)
	}
	sees("a suspended shop", draftTitle)
}

// A client without the headers by which a browser says where a form comes from is no browser: browsers that send neither
// keep a cookie with SameSite=Lax to themselves. What does say where it comes from must come from here.
func TestPostsSayWhereTheyComeFrom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cookie := w.actors[anna].cookies()
	addresses := func() int64 { return one[int64](w.site, `select count(*) from addresses`) }
	for name, tt := range map[string]struct {
		header map[string]string
		want   int
	}{
		"a program of one's own":        {nil, http.StatusSeeOther},
		"our page, an old browser":      {map[string]string{"Referer": "http://yarmarka.test/account/addresses/new"}, http.StatusSeeOther},
		"another page, an old browser":  {map[string]string{"Referer": "https://evil.example/form"}, http.StatusForbidden},
		"a page that looks alike":       {map[string]string{"Referer": "http://yarmarka.test.evil.example/"}, http.StatusForbidden},
		"a page without a host":         {map[string]string{"Referer": "data:text/html,x"}, http.StatusForbidden},
		"a browser of today":            {map[string]string{"Sec-Fetch-Site": "same-origin", "Referer": "https://evil.example/"}, http.StatusSeeOther},
		"a browser of today, elsewhere": {map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
	} {
		before := addresses()
		got := w.do(call{method: http.MethodPost, path: "/account/addresses", form: mustParse(t, addressForm), cookies: cookie, header: tt.header})
		if got.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", name, got.StatusCode, tt.want)
		}
		if kept := addresses() > before; kept != (tt.want == http.StatusSeeOther) {
			t.Errorf("%s answers %d, the address was kept: %t", name, got.StatusCode, kept)
		}
	}
}

// An order keeps what was bought, whatever becomes of the card afterwards.
func TestOrdersKeepWhatWasBought(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	title := one[string](w.site, `select title_ru from products where id = $1::bigint`, w.things["card"])
	page := w.get("/orders/"+w.things["purchase"], w.actors[anna].cookies()...)
	if !strings.Contains(page.body, title) {
		t.Fatalf("the order does not show %q", title)
	}
	w.exec(`delete from product_images where product_id = $1::bigint`, w.things["card"])
	w.exec(`update products set status = 'blocked', title_ru = 'Другое', title_en = 'Another' where id = $1::bigint`, w.things["card"])
	w.exec(`update offers set status = 'archived' where id = $1::bigint`, w.things["offer"])
	for _, path := range []string{"/orders/" + w.things["purchase"], "/orders/" + w.things["purchase"] + "/invoice.pdf"} {
		got := w.get(path, w.actors[anna].cookies()...)
		if got.StatusCode != http.StatusOK || strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") && !strings.Contains(got.body, title) {
			t.Errorf("%s answers %d without %q", path, got.StatusCode, title)
		}
	}
}

// A form that names another's things by number, in whatever field, changes nothing of theirs and shows nothing.
func TestForeignIDsInFormsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	people, shops := []int64{w.actors[boris].person, w.actors[ownerB].person}, []int64{w.shopB.ID}
	before := w.snap(people, shops)
	fields := []string{"id", "ids", "address", "address_id", "offer", "offers", "variant", "variant_id", "product", "product_id", "line", "image", "photo", "media_id", "file", "order", "purchase", "seller_id", "person_id", "category", "method", "import", "source", "fetch"}
	for _, role := range []string{boris, ownerB} {
		for _, r := range routeTable {
			if r.method() != http.MethodPost || !r.who.allowed(role) || r.whose != nobodys || r.who == byKey || strings.HasPrefix(r.route, "POST /sign-") || strings.Contains(r.route, "passkey") {
				continue
			}
			w.reopen(role)
			own, err := url.ParseQuery(strings.ReplaceAll(w.fill(r.form), " ", "+"))
			w.must(err)
			for _, of := range []string{"address", "offer", "variant", "card", "draft", "line", "document", "order id", "seller", "person", "import", "method", "session"} {
				form := url.Values{}
				for _, field := range fields {
					form.Set(field, w.things[of])
				}
				for field, value := range own {
					if !slices.Contains(fields, field) {
						form[field] = value
					}
				}
				got := w.post(r.path(w), form, w.actors[role].cookies()...)
				what := fmt.Sprintf("%s as %s with the numbers of %s", r.route, role, of)
				w.sane(what, got)
				w.noSecrets(role, what, got, form.Encode())
			}
		}
	}
	for _, lost := range before.lost(w.snap(people, shops)) {
		if !strings.HasPrefix(lost, "offer_stock ") && !strings.HasPrefix(lost, "offers ") { // a buyer may hold what is for sale
			t.Errorf("a row of another changed: %s", lost)
		}
	}
}
