package app_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// sql runs a statement that a journey needs the world to be changed by.
func sql(t *testing.T, m *apptest.Market, text string, args ...any) {
	t.Helper()
	if _, err := m.DB.Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

// A card of a list tells a foreigner what its page tells: the same postage and days, with duty and tax; or why it stays.
// At home it says when the thing comes.
func TestACardTellsWhatTheWayAbroadCosts(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	thing := things(t, m, 1)[0]
	m.Withdraw(t)
	m.SellAbroad(t, thing.offer)
	slug, _, _ := strings.Cut(thing.path, "?")
	var title string
	if err := m.DB.QueryRow(t.Context(), `select title_en from products where '/p/' || slug = $1`, slug).Scan(&title); err != nil {
		t.Fatal(err)
	}
	v := m.Visitor(t, "")
	list := "/en/search?" + url.Values{"kind": {"goods"}, "q": {title}}.Encode()
	card := func() string {
		for _, c := range open(t, v, list).All(htmltest.Tag("article")) {
			if strings.Contains(c.Text(), title) {
				return strings.NewReplacer("\u00a0", " ", "\u2060", "").Replace(c.Text())
			}
		}
		t.Fatalf("nothing called %q is found", title)
		return ""
	}
	for country, want := range map[string][]string{"RU": {"from"}, "DE": {"To Germany: €", "days; duty and tax ≈ €"}, "KZ": {"To Kazakhstan: ₸", "no duty"},
		"US": {"No post to the United States"}} {
		v.Lead("/en/destination", to(country))
		text := card()
		for _, w := range want {
			if country != "RU" && !strings.Contains(text, w) || country == "RU" && strings.Contains(text, "duty") {
				t.Errorf("to %s the card says %q, want %q in it", country, text, w)
			}
		}
		if country != "DE" {
			continue
		}
		page := strings.NewReplacer("\u00a0", " ").Replace(open(t, v, "/en"+thing.path).Find(htmltest.TestID("abroad-goes")).Text())
		_, rest, _ := strings.Cut(page, "post from ")
		price, _, _ := strings.Cut(rest, " ·")
		if !strings.Contains(text, "To Germany: "+price+", ") {
			t.Errorf("the page says %q, the card %q", page, text)
		}
	}
	sql(t, m, `update export_goods set abroad = false, ready = false where offer_id = $1`, thing.offer)
	v.Lead("/en/destination", to("DE"))
	if text := card(); !strings.Contains(text, "Not sold abroad") {
		t.Errorf("withdrawn, the card says %q", text)
	}
}

// What is too heavy for any service goes in two parcels at one press, and the post and the papers know of two.
func TestTooHeavyGoesInTwoParcelsAtOnePress(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	thing := things(t, m, 1)[0]
	m.Withdraw(t)
	m.SellAbroad(t, thing.offer)
	sql(t, m, `update export_goods set gross_g = 9000, net_g = 8000 where offer_id = $1`, thing.offer)
	sql(t, m, `update offer_stock set on_hand = on_hand + 10 where offer_id = $1`, thing.offer)
	v := m.Visitor(t, "")
	v.Lead("/en/destination", to("DE"))
	for range 3 {
		checkout(t, v, thing)
	}
	page := checkout(t, v, thing) // four pieces now
	if page.Has(htmltest.TestID("charged")) {
		t.Fatal("36 kilograms go in one parcel")
	}
	f := page.Find(htmltest.TestID("way-out")).Find(htmltest.Attr("name", "take")).Press()
	if at := v.Lead(f.Action, f.Values); !strings.HasPrefix(at, "/en/checkout") {
		t.Fatalf("the press leads to %s", at)
	}
	page = open(t, v, "/en/checkout")
	if text := page.Find(htmltest.TestID("in-parts")).Text(); strings.Count(text, "× 2") != 2 {
		t.Errorf("the parcels hold %q", text)
	}
	f = at(page)
	till, again := v.Lead(f.Action, f.Values), v.Lead(f.Action, f.Values)
	number, way, _ := strings.Cut(strings.TrimPrefix(again, "/en/orders/"), "/")
	if !strings.HasPrefix(till, "/en/pay/sandbox/") || way != "pay" {
		t.Fatalf("one press leads to %s, another to %s", till, again)
	}
	if text := open(t, v, "/en/orders/"+number).Text(); !strings.Contains(text, "Parcel 2 of 2") || !strings.Contains(text, "Germany") {
		t.Error("the order's page does not show the second parcel, or where it goes")
	}
	rows, err := m.DB.Query(t.Context(), `
		select l.qty * 100000 + (o.method #>> array['abroad', 'parcels', (c.seq - 1)::text, 'gross_g'])::int
		from orders o join parcels c on c.order_id = o.id join parcel_lines l on l.parcel_id = c.id
			join export_decisions d on d.id = (o.method #>> array['abroad', 'parcels', (c.seq - 1)::text, 'decision_id'])::bigint and d.outcome = 'pass'
		where o.number = $1 || '-1' order by c.seq`, number)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []int
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		got = append(got, n)
	}
	if diff := cmp.Diff([]int{2_18000, 2_18000}, got); diff != "" || rows.Err() != nil {
		t.Errorf("pieces and grams (-want +got):\n%s %v", diff, rows.Err())
	}
}

// In the cart one press leaves behind what cannot go, and the rest is ready to be bought.
func TestTheCartLeavesBehindWhatCannotGo(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	list := things(t, m, 2)
	m.Withdraw(t)
	m.SellAbroad(t, list[0].offer)
	v := m.Visitor(t, "")
	v.Lead("/en/destination", to("DE"))
	checkout(t, v, list...)
	page := open(t, v, "/en/cart")
	if text := page.Find(htmltest.TestID("bill")).Text(); !strings.Contains(text, "Duty on arrival") || !strings.Contains(text, "At your door") {
		t.Errorf("the bill says %q", text)
	}
	f := page.Find(htmltest.TestID("way-out")).Find(htmltest.Tag("form")).Form()
	v.Lead("/en/cart/select", f.Values)
	page = open(t, v, "/en/cart")
	if page.Has(htmltest.TestID("way-out")) || strings.Contains(page.Text(), "cannot be sent there as they are") {
		t.Error("it is still in the way")
	}
	if page = open(t, v, "/en"+v.Lead("/checkout", url.Values{})); !page.Has(htmltest.TestID("charged")) {
		t.Error("the rest cannot be bought")
	}
}

// Letters that the papers cannot print are refused at the till, and what was typed stays in the fields.
func TestAnAddressThatNoPaperPrintsIsAskedAgain(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t)
	list := things(t, m, 1)
	m.Withdraw(t)
	m.SellAbroad(t, list[0].offer)
	v := m.Visitor(t, "")
	v.Lead("/en/destination", to("DE"))
	for field, text := range map[string]string{"name": "Эрика Мустерманн", "street": "東京通り 1", "city": "Berlin 😀"} {
		f := at(checkout(t, v, list...))
		f.Values.Set(field, text)
		if status := v.Post(f.Action, f.Values); status != 422 {
			t.Errorf("%s %q: %d", field, text, status)
		}
		if got := open(t, v, "/en/checkout").Find(htmltest.Attr("id", field)).Value(); got != text {
			t.Errorf("of %s %q is kept %q", field, text, got)
		}
		f.Values.Set(field, "Berlin")
		v.Post("/en/checkout/quote", f.Values)
	}
}
