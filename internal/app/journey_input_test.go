package app_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/app/demo"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// client is somebody without a browser.
type client struct {
	http.Client
	t  testing.TB
	at *apptest.Market
}

func newClient(t testing.TB, m *apptest.Market) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{http.Client{Jar: jar}, t, m}
}

// reply is what came back, after redirects.
type reply struct {
	status int
	body   string
}

func (c *client) read(res *http.Response, err error) reply {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply{res.StatusCode, string(raw)}
}

func (c *client) get(path string) reply {
	c.t.Helper()
	return c.read(c.Get(c.at.URL + path))
}

func (c *client) post(path string, values url.Values) reply {
	c.t.Helper()
	return c.read(c.PostForm(c.at.URL+path, values))
}

func (c *client) signIn(email string) {
	c.t.Helper()
	c.post("/sign-in", url.Values{"email": {email}, "password": {demo.Password}})
	if r := c.get("/account"); r.status != http.StatusOK || !strings.Contains(r.body, "/sign-out") {
		c.t.Fatalf("%s is not signed in: %d", email, r.status)
	}
}

// Values that no quantity may have, and values that no field may have.
var (
	badQuantities = []string{"0", "-1", "1.5", "2147483648", "9223372036854775808", "１", "3 шт", "1e2", "٣", "", "0x1"}
	badTexts      = []string{"a\x00b", "\xff\xfe", strings.Repeat("я", 5000)}
)

// Every form's every field takes every nasty value without an inner error, and whatever is refused is refused in
// the visitor's words.
func TestJourneyBadInput(t *testing.T) {
	t.Parallel()
	for _, who := range []struct {
		email string
		pages []string
	}{
		{"", []string{"/", "/cart", "/checkout", "/sign-in", "/sign-up", "/account/reset", "/en/sign-up"}},
		{"anna@example.com", []string{"/account", "/account/security", "/account/addresses/new", "/seller/apply", "/cart", "/checkout"}},
		{"alsu@example.com", []string{"/seller/listings", "/seller/listings/new", "/seller/shop", "/seller/shipping", "/seller/imports"}},
		{"admin@example.com", []string{"/admin/moderation", "/admin/sellers", "/admin/people", "/admin/shipping", "/admin/payments"}},
	} {
		t.Run(who.email, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, apptest.New(t, apptest.Options{}))
			if who.email != "" {
				c.signIn(who.email)
			}
			if strings.Contains(strings.Join(who.pages, " "), "/checkout") {
				c.add("1")
				c.post("/checkout", nil)
			}
			for _, page := range who.pages {
				c.tortures(page)
			}
		})
	}
}

// offer is something on sale.
func (c *client) offer() string {
	c.t.Helper()
	id, err := pg.Scalar[int64](c.t.Context(), c.at.DB, `select offer_id from offer_facts where blocked is null order by offer_id limit 1`)
	if err != nil {
		c.t.Fatal(err)
	}
	return fmt.Sprint(id)
}

func (c *client) add(qty string) reply {
	c.t.Helper()
	return c.post("/cart/lines", url.Values{"offer": {c.offer()}, "qty": {qty}})
}

// deadly are forms whose success ends the session that tries the rest.
var deadly = regexp.MustCompile(`sign-out|/end|/checkout/drop|/checkout$`)

// tortures sends every form of a page with every field spoiled in every way.
func (c *client) tortures(page string) {
	c.t.Helper()
	first := c.get(page)
	if first.status >= 500 {
		c.t.Errorf("GET %s answers %d", page, first.status)
		return
	}
	tried := map[string]bool{} // a shelf of goods has the same form many times
	for _, node := range htmltest.ParseString(c.t, first.body).All(htmltest.Tag("form")) {
		form := node.Form()
		names := slices.Sorted(maps.Keys(form.Values))
		kind := form.Action + fmt.Sprint(names)
		if form.Method != "post" || deadly.MatchString(form.Action) || tried[kind] {
			continue
		}
		tried[kind] = true
		for _, name := range names {
			for _, value := range append(slices.Clone(badQuantities), badTexts...) {
				spoiled := maps.Clone(form.Values)
				spoiled[name] = []string{value}
				c.survives(form.Action, name, value, spoiled)
			}
		}
	}
}

// inner is what only the program's inside says. Its words stand alone: three letters of a random key may well spell one.
var inner = regexp.MustCompile(`SQLSTATE \d|\bpanic: |goroutine \d+ \[|runtime error|\bpgx(pool|conn)?[./: ]|\bpgconn\b|\.go:\d+`)

func (c *client) survives(action, name, value string, form url.Values) {
	c.t.Helper()
	got := c.post(action, form)
	switch {
	case got.status >= 500:
		c.t.Errorf("%s with %s=%.20q answers %d", action, name, value, got.status)
	case inner.MatchString(got.body):
		c.t.Errorf("%s with %s=%.20q shows what is inside: %s", action, name, value, inner.FindString(got.body))
	case got.status >= 400 && !strings.Contains(got.body, "<h1"):
		c.t.Errorf("%s with %s=%.20q answers %d without a page", action, name, value, got.status)
	}
}

// A quantity is a whole number from one, written in digits: anything else is refused with a sentence, and the cart
// is as it was.
func TestJourneyBadQuantity(t *testing.T) {
	t.Parallel()
	c := newClient(t, apptest.New(t, apptest.Options{}))
	c.add("2")
	line, err := pg.Scalar[int64](t.Context(), c.at.DB, `select id from cart_lines`)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs {
		prefix := map[i18n.Lang]string{i18n.EN: "/en"}[lang]
		sentences := []string{i18n.In(lang, "cart.qty.form"), i18n.In(lang, "cart.qty.least"), strings.SplitN(i18n.In(lang, "cart.qty.most", "max", "~"), "~", 2)[0]}
		for _, qty := range slices.Concat(badQuantities, badTexts) {
			for _, path := range []string{"/cart/lines", fmt.Sprintf("/cart/lines/%d", line)} {
				got := c.post(prefix+path, url.Values{"offer": {c.offer()}, "qty": {qty}, "act": {"set"}})
				if got.status < 400 || got.status >= 500 {
					t.Errorf("%s %s qty=%.20q answers %d", lang, path, qty, got.status)
				}
				text := htmltest.ParseString(t, got.body).Text()
				if !slices.ContainsFunc(sentences, func(s string) bool { return strings.Contains(text, s) }) {
					t.Errorf("%s %s qty=%.20q says %.300q", lang, path, qty, text)
				}
			}
		}
	}
	if n, err := pg.Scalar[int](t.Context(), c.at.DB, `select sum(qty)::int from cart_lines`); err != nil || n != 2 {
		t.Errorf("the cart has %d pieces (%v), want 2", n, err)
	}
}

// Text fields that matter refuse what cannot be kept, with 422 and the field's own message.
func TestJourneyBadText(t *testing.T) {
	t.Parallel()
	c := newClient(t, apptest.New(t, apptest.Options{}))
	anna, alsu := newClient(t, c.at), newClient(t, c.at)
	anna.signIn("anna@example.com")
	alsu.signIn("alsu@example.com")
	for _, try := range []struct {
		by   *client
		path string
		form url.Values
	}{
		{c, "/sign-up", url.Values{"name": {"?"}, "email": {"new@example.com"}, "password": {"три слова подряд"}}},
		{c, "/sign-up", url.Values{"name": {"Пётр"}, "email": {"?"}, "password": {"три слова подряд"}}},
		{anna, "/account/profile", url.Values{"name": {"?"}, "lang": {"ru"}}},
		{anna, "/account/addresses", url.Values{"recipient": {"?"}, "phone": {"89161234567"}, "country": {"RU"}, "postcode": {"420111"}, "city": {"Казань"}, "street": {"Баумана, 7"}}},
		{anna, "/account/addresses", url.Values{"recipient": {"Анна Соколова"}, "phone": {"89161234567"}, "country": {"RU"}, "postcode": {"420111"}, "city": {"?"}, "street": {"Баумана, 7"}}},
		{anna, "/seller/apply", url.Values{"name": {"?"}, "city": {"Казань"}, "email": {"anna@example.com"}, "legal_form": {"self"}, "inn": {"500100732259"}}},
		{alsu, "/seller/shop", url.Values{"name": {"?"}, "city": {"Казань"}, "email": {"alsu@example.com"}, "legal_form": {"ip"}, "dispatch_days": {"1"}, "transit_days": {"2"}, "delivery_fee": {"100"}, "version": {"1"}}},
	} {
		for _, bad := range badTexts[1:] { // a NUL is taken out where text is cleaned; these cannot be
			form := maps.Clone(try.form)
			for name, values := range form {
				if values[0] == "?" {
					form[name] = []string{bad}
				}
			}
			if got := try.by.post(try.path, form); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "data-errsum") {
				t.Errorf("%s with %.12q answers %d: %.200s", try.path, bad, got.status, htmltest.ParseString(t, got.body).Text())
			}
		}
	}
}
