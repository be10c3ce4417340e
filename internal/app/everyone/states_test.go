package everyone_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// state is a page as no link leads to it: something has happened to whoever looks at it.
type state struct {
	name, email string
	bring       func(*testing.T, *apptest.Market, *apptest.Visitor) []string // what is then looked at, without the language
}

var states = []state{
	{name: "a card with variants", bring: func(t *testing.T, m *apptest.Market, _ *apptest.Visitor) []string {
		return []string{"/p/" + asked(t, m, `select p.slug from products p join variants v on v.product_id = p.id and v.status = 'active'
			where p.status = 'published' group by p.id having count(*) > 1 order by count(*) desc, p.id limit 1`)}
	}},
	{name: "a full comparison", bring: func(t *testing.T, m *apptest.Market, v *apptest.Visitor) []string {
		for _, id := range strings.Split(asked(t, m, `select string_agg(id::text, ',') from (select id from products where status = 'published' order by id limit 4) p`), ",") {
			if status := v.Post("/compare", url.Values{"product": {id}}); status >= 400 {
				t.Fatalf("comparing %s answers %d", id, status)
			}
		}
		return []string{"/compare"}
	}},
	{name: "a hold that has ended", bring: func(t *testing.T, m *apptest.Market, v *apptest.Visitor) []string {
		atCheckout(t, v)
		asked(t, m, `with ended as (update holds set expires_at = now() - interval '1 minute' where state = 'held' returning 1) select count(*)::text from ended`)
		return []string{"/checkout"}
	}},
	{name: "a payment refused", bring: func(t *testing.T, _ *apptest.Market, v *apptest.Visitor) []string {
		return []string{"/orders/" + paying(t, v, "decline")}
	}},
	{name: "a payment awaited", bring: func(t *testing.T, _ *apptest.Market, v *apptest.Visitor) []string {
		return []string{"/orders/" + paying(t, v, "later")}
	}},
	{name: "an order paid", bring: func(t *testing.T, _ *apptest.Market, v *apptest.Visitor) []string {
		return []string{"/orders/" + paying(t, v, "pay")}
	}},
	{name: "orders on their way", email: account("shopper"), bring: func(t *testing.T, m *apptest.Market, _ *apptest.Visitor) []string {
		return strings.Split(asked(t, m, `select string_agg('/orders/' || number, ',') from (
			select distinct on (c.state) p.number from parcels c join orders o on o.id = c.order_id join purchases p on p.id = o.purchase_id
			join people a on a.id = p.person_id where a.email = '`+account("shopper")+`' order by c.state, c.id) each_state`), ",")
	}},
	{name: "a checkout abroad", bring: func(t *testing.T, m *apptest.Market, v *apptest.Visitor) []string {
		return []string{"/p/" + boundFor(t, m, v, "DE"), "/cart", "/checkout"}
	}},
	{name: "a country that nothing is sent to", bring: func(t *testing.T, m *apptest.Market, v *apptest.Visitor) []string {
		return []string{"/p/" + boundFor(t, m, v, "US"), "/cart", "/checkout"}
	}},
	{name: "an order abroad", bring: func(t *testing.T, m *apptest.Market, v *apptest.Visitor) []string {
		boundFor(t, m, v, "DE")
		return []string{"/orders/" + placing(t, v, "pay", inBerlin)}
	}},
	{name: "a parcel to sign", email: account("seller"), bring: func(t *testing.T, m *apptest.Market, _ *apptest.Visitor) []string {
		return []string{"/seller/export/parcels/" + parcel(t, m), "/seller/export/parcels"}
	}},
}

// asked is the one text that a query gives.
func asked(t *testing.T, m *apptest.Market, query string) string {
	t.Helper()
	var s *string
	if err := m.DB.QueryRow(t.Context(), query).Scan(&s); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if s == nil {
		t.Fatalf("nothing is found by %s", query)
	}
	return *s
}

// paying buys what the search finds, up to what becomes of the payment, and gives the order's number.
func paying(t *testing.T, v *apptest.Visitor, outcome string) string {
	t.Helper()
	atCheckout(t, v)
	return placing(t, v, outcome, map[string]string{"name": "Вера Соколова", "phone": "8 916 555-01-02", "email": "vera@example.ru", "city": "Тула",
		"street": "Заветная, 7", "postcode": "300000"})
}

// placing takes what is at the checkout to an address, up to what becomes of the payment, and gives the order's number.
func placing(t *testing.T, v *apptest.Visitor, outcome string, address map[string]string) string {
	t.Helper()
	for range 3 { // deliveries hang on the city, their prices on the deliveries
		v.Post("/checkout/quote", filled(t, v, address))
	}
	form := filled(t, v, address)
	for range 2 { // what a buyer abroad agrees to may change between the page and the press: it is shown, and pressed again
		if v.Post("/checkout/place", form) != http.StatusConflict {
			break
		}
		pressed := form
		if form = filled(t, v, address); form.Encode() == pressed.Encode() {
			t.Fatal("the press is refused, and nothing that it agreed to is different now")
		}
	}
	again := v.Lead("/checkout/place", form) // which finds what was bought
	number, _, _ := strings.Cut(strings.TrimPrefix(again, "/orders/"), "/")
	res, _ := v.Get("/orders/" + number + "/pay")
	till := res.Header.Get("Location")
	if !strings.HasPrefix(till, "/pay/sandbox/") {
		t.Fatalf("order %q is paid at %q", number, till)
	}
	if status := v.Post(till, url.Values{"outcome": {outcome}}); status >= 400 {
		t.Fatalf("the sandbox answers %d to %s", status, outcome)
	}
	return number
}

// filled is the checkout's form with a person's data in it.
func filled(t *testing.T, v *apptest.Visitor, address map[string]string) url.Values {
	t.Helper()
	_, body := v.Get("/checkout")
	page := htmltest.ParseString(t, body)
	form := page.Find(htmltest.Class("btn--buy")).Press().Values
	for name, value := range address {
		form.Set(name, value)
	}
	for _, way := range page.All(htmltest.Tag("input"), htmltest.Attr("type", "radio")) {
		if strings.HasPrefix(way.Attr("name"), "ship.") && strings.HasPrefix(way.Attr("value"), "courier:") {
			form.Set(way.Attr("name"), way.Attr("value"))
		}
	}
	return form
}

// Pages to which something has happened are for everyone, too.
func TestEveryStateIsForEveryone(t *testing.T) {
	t.Parallel()
	for _, lang := range languages {
		t.Run("in"+strings.ReplaceAll(lang, "/", "_"), func(t *testing.T) {
			t.Parallel()
			m := apptest.New(t, apptest.Options{})
			seen := 0
			for _, s := range states {
				t.Run(strings.ReplaceAll(s.name, " ", "_"), func(t *testing.T) {
					v := m.Visitor(t, s.email)
					paths := s.bring(t, m, v)
					j := newJudge(t, m, v, lang)
					for _, path := range paths {
						j.Goto(lang + path)
						j.whole(s.name)
					}
					seen += j.seen
				})
			}
			t.Run("errors", func(t *testing.T) { seen += judgeErrors(t, m, lang) })
			t.Logf("%d states", seen)
		})
	}
}

// judgeErrors asks for what is answered with an error page, by the routes that make them.
func judgeErrors(t *testing.T, m *apptest.Market, lang string) int {
	v := m.Visitor(t, "")
	j := newJudge(t, m, v, lang)
	look := func(status int, path string) {
		t.Helper()
		if res, _ := v.Get(lang + path); res.StatusCode != status {
			t.Fatalf("%s answers %d, want %d", lang+path, res.StatusCode, status)
		}
		j.Goto(lang + path)
		j.whole(strconv.Itoa(status))
	}
	look(http.StatusNotFound, "/p/no-such-thing")
	look(http.StatusNotFound, "/orders/Y-NONE-SUCH")
	for range 40 { // a stranger guesses passwords until the door is shut
		if v.Post("/sign-in", url.Values{"email": {account("shopper")}, "password": {"not this one"}}) == http.StatusTooManyRequests {
			break
		}
	}
	j.Goto(lang + "/sign-in")
	j.Eval(`(f => { f.email.value = `+quoted(account("shopper"))+`; f.password.value = 'not this one'; window.before = true; f.submit() })(document.querySelector('main form:has([name=password])'))`, nil)
	j.WaitFor("!window.before && document.readyState === 'complete'", "the shut door")
	j.whole("429")
	if _, err := m.DB.Exec(t.Context(), `alter table products rename to products_away`); err != nil {
		t.Fatal(err)
	}
	look(http.StatusInternalServerError, "/p/no-such-thing-either")
	return j.seen
}
