package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// thing is something on sale.
type thing struct {
	offer, seller int64
	path          string
	price         int64
}

// things finds offers of different sellers that can be bought now.
func things(t *testing.T, m *apptest.Market, n int) []thing {
	t.Helper()
	rows, err := m.DB.Query(t.Context(), `
		select distinct on (f.seller_id) f.offer_id, f.seller_id, '/p/' || p.slug || '?variant=' || f.variant_id, f.price
		from offer_facts f join products p on p.id = f.product_id
		where f.blocked is null and f.price between 100000 and 500000
			and (select count(*) from offer_facts g where g.variant_id = f.variant_id and g.blocked is null) = 1
		order by f.seller_id, f.offer_id limit $1`, n)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []thing
	for rows.Next() {
		var x thing
		if err := rows.Scan(&x.offer, &x.seller, &x.path, &x.price); err != nil {
			t.Fatal(err)
		}
		list = append(list, x)
	}
	if err := rows.Err(); err != nil || len(list) < n {
		t.Fatalf("found %d things, %v", len(list), err)
	}
	return list
}

func to(country string) url.Values { return url.Values{"country": {country}, "next": {"/c"}} }

// A page that shows prices in somebody's currency is theirs alone: no shared cache may keep it, and strangers' kept pages
// never hold it, however the two kinds of visitors take turns.
func TestADestinationIsNobodyElses(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	stranger, foreigner := m.Visitor(t, ""), m.Visitor(t, "")
	if at := foreigner.Lead("/en/destination", to("DE")); at != "/en/c" {
		t.Errorf("the choice leads to %s", at)
	}
	if len(foreigner.Cookies()) != 1 || foreigner.Cookies()[0].Value != "DE." {
		t.Errorf("the choice left %v", foreigner.Cookies())
	}
	thing := things(t, m, 1)[0]
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, path := range []string{"/en", "/en/c", "/en" + thing.path, thing.path} {
				res, body := stranger.Get(path)
				if cc := res.Header.Get("Cache-Control"); !strings.HasPrefix(cc, "public") || strings.Contains(body, "€") || strings.Contains(body, `data-testid="abroad"`) {
					t.Errorf("a stranger's %s is %q and shows somebody's currency: %v", path, cc, strings.Contains(body, "€"))
				}
				if !strings.Contains(strings.Join(res.Header.Values("Vary"), ","), "Cookie") || len(res.Header["Set-Cookie"]) > 0 {
					t.Errorf("a stranger's %s varies by %v and sets %v", path, res.Header.Values("Vary"), res.Header["Set-Cookie"])
				}
				res, body = foreigner.Get(path)
				if cc := res.Header.Get("Cache-Control"); !strings.HasPrefix(cc, "private") {
					t.Errorf("a foreigner's %s is %q", path, cc)
				}
				if strings.HasPrefix(path, "/en") && !strings.Contains(body, "Germany, EUR") {
					t.Errorf("a foreigner's %s does not say where to", path)
				}
				if strings.Contains(path, "/p/") && (!strings.Contains(body, "€") || !strings.Contains(body, `data-testid="abroad"`)) {
					t.Errorf("a foreigner's %s shows no euros, or says nothing of the way there", path)
				}
			}
		})
	}
	wg.Wait()
}

// What no form of ours has written is no choice: the page is that of a stranger, and nobody else's.
func TestATamperedChoiceIsNone(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	for _, value := range []string{"", "DE", "de.eur", "XX.EUR", "DE.XXX", "DE.EUR.", "RU.RUB", strings.Repeat("A", 3000), "DE.<b>", "%44%45."} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.URL+"/en/c", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.AddCookie(&http.Cookie{Name: "destination", Value: value})
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		page := htmltest.Parse(t, res.Body)
		if err := res.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if where := page.Find(htmltest.TestID("to")).Text(); res.StatusCode != http.StatusOK || where != "Russia, ₽" {
			t.Errorf("%.20q: %d, goes to %s", value, res.StatusCode, where)
		}
		if cc := res.Header.Get("Cache-Control"); !strings.HasPrefix(cc, "private") {
			t.Errorf("%.20q: %s", value, cc)
		}
	}
}

func TestAChoiceIsReadStrictlyAndKeptForPeople(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	v := m.Visitor(t, "")
	for _, form := range []url.Values{{"country": {"XX"}}, {"country": {"<b>"}}, {"country": {"DE"}, "currency": {"XAU"}}, {"country": {"DE"}, "currency": {"eur"}}} {
		if status := v.Post("/destination", form); status != http.StatusUnprocessableEntity || len(v.Cookies()) > 0 {
			t.Errorf("%v answers %d and leaves %v", form, status, v.Cookies())
		}
	}
	for next, want := range map[string]string{"//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/", "/cart?x=1": "/cart?x=1"} {
		if at := v.Lead("/destination", url.Values{"country": {"KZ"}, "next": {next}}); at != want {
			t.Errorf("next %q leads to %s", next, at)
		}
	}
	if v.Lead("/destination", to("RU")); len(v.Cookies()) != 0 {
		t.Errorf("home again, and yet %v", v.Cookies())
	}
	anna, elsewhere, shared := m.Visitor(t, "anna@example.com"), m.Visitor(t, ""), m.Visitor(t, "")
	shows := func(v *apptest.Visitor, want, why string) {
		t.Helper()
		if _, body := v.Get("/en/destination"); !strings.Contains(body, want) {
			t.Errorf("%s is not shown: %s", want, why)
		}
	}
	signIn := func(v *apptest.Visitor) {
		v.Lead("/sign-in", url.Values{"email": {"anna@example.com"}, "password": {"yarmarka-2026"}})
	}
	elsewhere.Lead("/destination", to("KZ"))
	signIn(elsewhere)
	shows(anna, "Kazakhstan, KZT", "who signs in with a choice and has none brings it along")
	anna.Lead("/destination", url.Values{"country": {"DE"}, "currency": {"USD"}})
	shows(anna, "Germany, USD", "it was chosen here")
	shows(elsewhere, "Germany, USD", "it was chosen on another device")
	shared.Lead("/destination", to("FR"))
	signIn(shared)
	shows(shared, "Germany, USD", "the account knew where to")
	shared.Lead("/sign-out", nil)
	shows(shared, "Russia, ₽", "whoever comes next is told nothing of Anna, nor of the guest before")
	anna.Lead("/destination", to("RU"))
	shows(elsewhere, "Russia, ₽", "home is a choice, too")
	signIn(shared)
	shows(shared, "Russia, ₽", "home was chosen")
	shows(anna, "Russia, ₽", "home stays chosen")
	if slices.ContainsFunc(anna.Cookies(), func(c *http.Cookie) bool { return c.Name == destination.CookieName }) {
		t.Errorf("the account knows, and yet %v", anna.Cookies())
	}
}

// at fills in the checkout of a foreign buyer.
func at(page *htmltest.Node) htmltest.Form {
	f := page.Find(htmltest.TestID("checkout")).Form()
	for name, value := range map[string]string{"name": "Erika Mustermann", "phone": "+49 30 1234567", "email": "erika@example.com", "city": "Berlin",
		"street": "Unter den Linden 1", "postcode": "10117", "payment": "sandbox"} {
		f.Values.Set(name, value)
	}
	f.Action = "/en/checkout/place"
	return f
}

// checkout puts things into the cart and goes to the till.
func checkout(t *testing.T, v *apptest.Visitor, list ...thing) *htmltest.Node {
	t.Helper()
	for _, x := range list {
		v.Post("/en/cart/lines", url.Values{"offer": {strconv.FormatInt(x.offer, 10)}, "qty": {"1"}})
	}
	if at := v.Lead("/en/checkout", url.Values{}); at != "/en/checkout" {
		t.Fatalf("the cart leads to %s", at)
	}
	return open(t, v, "/en/checkout")
}

func open(t *testing.T, v *apptest.Visitor, path string) *htmltest.Node {
	t.Helper()
	res, body := v.Get(path)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %d", path, res.StatusCode)
	}
	page := htmltest.ParseString(t, body)
	for _, problem := range page.Lint() {
		t.Errorf("%s: %s", path, problem)
	}
	return page
}

// A foreigner chooses Germany, sees what may go and for how much, and pays for two sellers' things at once.
func TestAForeignerBuysFromTwoSellers(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	list := things(t, m, 2)
	m.Withdraw(t)
	m.SellAbroad(t, list[0].offer, list[1].offer)
	v := m.Visitor(t, "")
	v.Lead("/en/destination", to("DE"))
	if card := open(t, v, "/en"+list[0].path).Find(htmltest.TestID("abroad-goes")).Text(); !strings.Contains(card, "Can be sent to Germany: post from €") ||
		!strings.Contains(card, " · ₽") || !strings.Contains(card, "estimate") {
		t.Errorf("the card says %q", card)
	}
	page := checkout(t, v, list...)
	if n := page.Count(htmltest.TestID("abroad-sale")); n != 2 {
		t.Fatalf("%d parcels on the page", n)
	}
	if text := page.Find(htmltest.TestID("charged")).Text(); !strings.Contains(text, "You pay ₽") || !strings.Contains(text, "€1 = ₽95.7793") {
		t.Errorf("what is charged: %q", text)
	}
	v.Lead(at(page).Action, at(page).Values)
	again := v.Lead(at(page).Action, at(page).Values)
	number, _, _ := strings.Cut(strings.TrimPrefix(again, "/en/orders/"), "/")
	order := open(t, v, "/en/orders/"+number).Text()
	for _, want := range []string{"Country of arrival", "Germany", "at the rate €1 = ₽95.7793", "Duty and tax on arrival"} {
		if !strings.Contains(order, want) {
			t.Errorf("the order does not say %q", want)
		}
	}
	var decided, frozen int
	if err := m.DB.QueryRow(t.Context(), `
		select (select count(*) from export_decisions d where d.number like $1 || '-%' and d.outcome = 'pass'),
			(select count(*) from orders o join export_decisions d on d.id = (o.method #>> '{abroad,decision_id}')::bigint and d.number = o.number)`,
		number).Scan(&decided, &frozen); err != nil {
		t.Fatal(err)
	}
	if decided != 2 || frozen != 2 {
		t.Errorf("%d decisions, %d orders that name theirs; want one for each parcel", decided, frozen)
	}
}

// Inside the union there is no customs, and Russian is spoken as well as English.
func TestTheUnionIsSimpler(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	list := things(t, m, 1)
	m.Withdraw(t)
	m.SellAbroad(t, list[0].offer)
	v := m.Visitor(t, "")
	v.Lead("/destination", to("KZ"))
	if text := open(t, v, list[0].path).Find(htmltest.TestID("landed")).Text(); !strings.Contains(text, "Таможни на пути нет") {
		t.Errorf("on the way to Kazakhstan: %q", text)
	}
	f := at(checkout(t, v, list...))
	f.Values.Set("name", "Айгерим Сатпаева")
	f.Values.Set("postcode", "050000")
	f.Values.Set("phone", "+7 701 123 45 67")
	f.Values.Set("city", "Алматы")
	if till := v.Lead(f.Action, f.Values); !strings.HasPrefix(till, "/en/pay/sandbox/") {
		t.Errorf("it leads to %s", till)
	}
}

// Of what may not go nothing is paid for: the page says why, offers to go on without it, and loses nothing of what was
// typed when a thing is withdrawn between the page and the press.
func TestWhatMayNotGoIsSaidAndLeftOut(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	list := things(t, m, 2)
	m.Withdraw(t)
	m.SellAbroad(t, list[0].offer)
	v := m.Visitor(t, "")
	v.Lead("/en/destination", to("DE"))
	page := checkout(t, v, list...)
	if page.Has(htmltest.TestID("charged")) || !page.Has(htmltest.TestID("abroad-stays")) {
		t.Fatal("the page lets one pay, or does not say what stays")
	}
	f := at(page)
	if status := v.Post(f.Action, f.Values); status != http.StatusUnprocessableEntity {
		t.Fatalf("a press nevertheless answers %d", status)
	}
	f = page.Find(htmltest.TestID("way-out")).Find(htmltest.Attr("name", "leave")).Press()
	if to := v.Lead(f.Action, f.Values); to != "/en/checkout" {
		t.Fatalf("without it one comes to %s", to)
	}
	f = at(open(t, v, "/en/checkout"))
	m.Withdraw(t, list[0].offer)
	if status := v.Post(f.Action, f.Values); status != http.StatusUnprocessableEntity {
		t.Fatalf("withdrawn between the page and the press: %d", status)
	}
	page = open(t, v, "/en/checkout")
	if got := page.Find(htmltest.Attr("id", "street")).Value(); got != "Unter den Linden 1" || page.Has(htmltest.TestID("charged")) {
		t.Errorf("the street is %q now", got)
	}
	m.SellAbroad(t, list[0].offer)
	f = at(open(t, v, "/en/checkout"))
	if till := v.Lead(f.Action, f.Values); !strings.HasPrefix(till, "/en/pay/sandbox/") {
		t.Errorf("offered again, it leads to %s", till)
	}
}

// A country that the post does not serve never comes to a payment.
func TestARefusedDestinationNeverReachesPayment(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	list := things(t, m, 1)
	m.Withdraw(t)
	m.SellAbroad(t, list[0].offer)
	v := m.Visitor(t, "")
	v.Lead("/en/destination", to("US"))
	stays := open(t, v, "/en"+list[0].path).Find(htmltest.TestID("abroad-stays"))
	if !strings.Contains(stays.Text(), "Cannot be sent to the United States") || len(stays.All(htmltest.Tag("a"))) == 0 {
		t.Errorf("the card says %q and leads to no rule", stays.Text())
	}
	page := checkout(t, v, list...)
	if page.Has(htmltest.TestID("charged")) {
		t.Error("the page lets one pay")
	}
	if f := at(page); v.Post(f.Action, f.Values) != http.StatusUnprocessableEntity {
		t.Error("a press nevertheless is taken")
	}
	var purchases int
	if err := m.DB.QueryRow(t.Context(), `select count(*) from purchases where email = 'erika@example.com'`).Scan(&purchases); err != nil || purchases != 0 {
		t.Errorf("%d purchases, %v", purchases, err)
	}
}

// What may be sent to the visitor's country can be found by that, counted, and put in the order of what it comes to at
// their door; it is told of another country apart, and a visitor at home finds by it what is ready to leave.
func TestWhatGoesAbroadIsFound(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	list := things(t, m, 3)
	m.Withdraw(t)
	m.SellAbroad(t, list[0].offer, list[1].offer)
	if _, err := m.DB.Exec(t.Context(), `update export_goods set hs = '442019', tnved = '', version = version + 1 where offer_id = $1`, list[1].offer); err != nil {
		t.Fatal(err) // it is of wood: not into the EU
	}
	v := m.Visitor(t, "")
	v.Lead("/en/destination", to("DE"))
	chip := func() *htmltest.Node {
		return open(t, v, "/en/search?kind=goods").Find(htmltest.Role("link", "Only what can be sent to Germany: 1"))
	}
	found := false
	for range 600 { // the index is brought up to date by a job
		if found = open(t, v, "/en/search?kind=goods").Has(htmltest.Role("link", "Only what can be sent to Germany: 1")); found {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if !found {
		t.Fatal("the index does not come to know what may be sent to Germany")
	}
	if href := chip().Attr("href"); !strings.Contains(href, "abroad=1") {
		t.Errorf("the chip leads to %s", href)
	}
	slug, _, _ := strings.Cut(list[0].path, "?")
	for _, path := range []string{"/en/search?kind=goods&abroad=1", "/en/search?kind=goods&abroad=1&sort=landed"} {
		page := open(t, v, path)
		if n := page.Count(htmltest.Class("prod")); n != 1 || !page.Has(htmltest.Attr("href", "/en"+slug)) {
			t.Errorf("%s: %d cards are found, %s among them: %v", path, n, slug, page.Has(htmltest.Attr("href", "/en"+slug)))
		}
	}
	if first := open(t, v, "/en/search?kind=goods&sort=landed").Find(htmltest.Class("prod")); !strings.Contains(first.Text(), "To Germany: €") {
		t.Errorf("first by the whole price is %s", first.Text())
	}
	for country, want := range map[string]int{"RS": 2, "RU": 2} {
		v.Lead("/en/destination", to(country))
		if n := open(t, v, "/en/search?kind=goods&abroad=1").Count(htmltest.Class("prod")); n != want {
			t.Errorf("to %s: %d cards are found", country, n)
		}
	}
}
