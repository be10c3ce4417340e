package order

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// atCheckout puts an offer into the cart and opens the checkout.
func (b *browser) atCheckout(offer int64) page {
	b.t.Helper()
	b.add(offer, "1")
	return b.want(b.send(b.get("/cart").Find(htmltest.Class("btn--buy")).Press()), http.StatusOK)
}

// courier is the form that pays, filled in; prices come from the quote that follows.
func (b *browser) courier(p page) htmltest.Form {
	b.t.Helper()
	for range 2 {
		f := p.Find(htmltest.Class("btn--buy")).Press()
		for name, value := range map[string]string{"name": "Соколова Анна", "phone": "8 916 555-12-34", "email": "anna@example.ru", "city": "Тула",
			"street": "ул. Ленина, 1", "postcode": "300000"} {
			f.Values.Set(name, value)
		}
		for name := range f.Values {
			if strings.HasPrefix(name, "ship.") {
				f.Values.Set(name, "courier:0")
			}
		}
		p = b.want(b.post("/checkout/quote", f.Values), http.StatusOK)
	}
	return p.Find(htmltest.Class("btn--buy")).Press()
}

// TestManyPressesAtOnceAreOnePurchase sends the pay form thirty-two times in parallel through the
// router, then goes back.
func TestManyPressesAtOnceAreOnePurchase(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 429000, 5)
	b := s.browser()
	f := b.courier(b.atCheckout(offer))
	still := *b.client
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	const presses = 32
	answers := make([]string, presses)
	var wg sync.WaitGroup
	for i := range presses {
		wg.Go(func() {
			res, err := still.PostForm(s.server.URL+"/checkout/place", f.Values)
			if err != nil {
				t.Error(err)
				return
			}
			answers[i] = res.Status + " " + res.Header.Get("Location")
			if err := res.Body.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// The press that bought leads to the page where it is paid, each other one to the way there.
	slices.Sort(answers)
	first, last := answers[0], answers[presses-1]
	if !strings.HasPrefix(last, "303 See Other /pay/sandbox/") {
		t.Fatalf("the press that bought is answered %q", last)
	}
	for _, a := range answers[:presses-1] {
		if a != first || !strings.HasPrefix(a, "303 See Other /orders/Y-") {
			t.Fatalf("one press is answered %q, another %q", first, a)
		}
	}
	if n := s.count(`select count(*)::int from purchases`); n != 1 {
		t.Fatalf("%d purchases", n)
	}
	number := strings.TrimSuffix(strings.TrimPrefix(first, "303 See Other /orders/"), "/pay")
	for _, paid := range []bool{false, true} {
		if paid {
			s.must(s.capture(number))
		}
		if p := b.want(b.get("/checkout"), http.StatusOK); p.path != "/orders/"+number {
			t.Fatalf("the back button leads to %s", p.path)
		}
	}
	s.balanced(map[int64]int{offer: 5})
}

func TestASignedInBuyerKeepsTheAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 429000, 5)
	b := s.signedIn("anna@example.ru", 0, account.Admin)
	for range 2 { // the second time it is in the book already
		f := b.courier(b.atCheckout(offer))
		f.Values.Set("save_address", "1")
		if p := b.want(b.send(f), http.StatusOK); !strings.HasPrefix(p.path, "/pay/sandbox/") {
			t.Fatalf("got to %s\n%s", p.path, p.body)
		}
	}
	if n := s.count(`select count(*)::int from addresses where city = 'Тула' and street = 'ул. Ленина, 1'`); n != 1 {
		t.Fatalf("%d addresses in the book", n)
	}
	if s.browser().atCheckout(offer).Has(htmltest.Attr("name", "save_address")) {
		t.Fatal("a guest is offered a book")
	}
}

func TestPickupPointFollowsTheCity(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 429000, 5)
	b := s.browser()
	p := b.atCheckout(offer)
	city := func(name, point string) (chosen string) {
		f := p.Find(htmltest.Class("btn--buy")).Press()
		f.Values.Set("city", name)
		if point != "" {
			f.Values.Set("point", point)
		}
		p = b.want(b.post("/checkout/quote", url.Values(f.Values)), http.StatusOK)
		return p.One(htmltest.Attr("name", "point")).Value()
	}
	in := func(name, point string) bool {
		return s.count(`select count(*)::int from pickup_points where city_ru = $1 and id::text = $2`, name, point) == 1
	}
	if got := p.One(htmltest.Attr("name", "point")).Value(); got != "" {
		t.Fatalf("point %s is chosen before a city is known", got)
	}
	if got := city("г. казань", ""); !in("Казань", got) {
		t.Fatalf("Kazan gets point %s", got)
	}
	if got := city("Москва", ""); !in("Москва", got) {
		t.Fatalf("after moving to Moscow the point is %s", got)
	}
	kazan := city("Казань", "")
	if got := city("Москва", ""); !in("Москва", got) {
		t.Fatalf("the point stayed in Kazan: %s", got)
	}
	if got := city("Москва", kazan); got != kazan {
		t.Fatalf("a point chosen elsewhere is lost: %s", got)
	}
	if city("Суздаль", ""); !strings.Contains(p.body, "В городе «Суздаль» пунктов выдачи пока нет") {
		t.Fatal("nothing says that there is no point in town")
	}
}

// A point nobody chose stands in the form as a proposal, and the refusal says so; where the ways are chosen and the address
// is written, each way is a line and the others are folded.
func TestWhatIsSettledIsFolded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 429000, 5)
	b := s.browser()
	p := b.atCheckout(offer)
	folded := htmltest.TestID("way-settled")
	if p.Has(folded) {
		t.Fatal("a way is folded before anything was chosen")
	}
	f := b.courier(p)
	for name := range f.Values {
		if strings.HasPrefix(name, "ship.") {
			f.Values.Set(name, "pickup:0")
		}
	}
	f.Values.Set("city", "Казань")
	f.Values.Set("point", "")
	p = b.want(b.send(f), http.StatusUnprocessableEntity)
	if p.Has(folded) || !strings.Contains(p.body, "мы предложили пункт в вашем городе") {
		t.Fatalf("a point that nobody chose:\n%s", p.body)
	}
	f = p.Find(htmltest.Class("btn--buy")).Press()
	p = b.want(b.post("/checkout/quote", url.Values(f.Values)), http.StatusOK)
	if line := p.One(folded); !strings.Contains(line.Text(), "Пункт выдачи ·") || !line.Has(htmltest.Attr("type", "radio")) {
		t.Fatalf("the way that was chosen is shown as %q", line.Text())
	}
}

func TestTheListIsPartedAndAnOrderIsBoughtAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, one := catalogtest.Sale(t, s.pool, 100000, 5)
	_, _, two := catalogtest.Sale(t, s.pool, 200000, 2)
	b := s.browser()
	b.add(one, "1")
	b.add(two, "2")
	number, _ := b.buy("")
	s.must(s.capture(number))
	rows := func(show string) int {
		return b.want(b.get("/orders?show="+show), http.StatusOK).Count(htmltest.TestID("order-row"))
	}
	if rows("") != 1 || rows("active") != 1 || rows("done") != 0 {
		t.Fatal("a paid order is not among the active ones")
	}
	again := b.want(b.get("/orders/"+number), http.StatusOK).Find(htmltest.TestID("again")).Press()
	p := b.want(b.send(again), http.StatusOK) // the second is sold out
	if p.path != "/cart" || p.Count(htmltest.TestID("cart-line")) != 1 {
		t.Fatalf("%s has %d lines", p.path, p.Count(htmltest.TestID("cart-line")))
	}
	s.must(s.CancelByBuyer(t.Context(), Buyer{Owner: s.ownerOf(number)}, number, CancelIn{Reason: ReasonMistake}))
	if rows("active") != 0 || rows("done") != 1 {
		t.Fatal("a cancelled order is not among the finished ones")
	}
	b.want(b.get("/orders?show=whatever"), http.StatusNotFound)
	if p := s.browser().send(again); p.status != http.StatusNotFound {
		t.Fatalf("a stranger's press answered %d", p.status)
	}
}
