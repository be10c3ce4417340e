package order

import (
	"net/http"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// TestTheCartsFormSaysWhatIsBought presses "checkout" with boxes and quantities changed by hand, as
// a browser without scripts sends them.
func TestTheCartsFormSaysWhatIsBought(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, one := catalogtest.Sale(t, s.pool, 100000, 9)
	_, _, two := catalogtest.Sale(t, s.pool, 200000, 9)
	b := s.browser()
	b.add(one, "1")
	b.add(two, "1")
	checkout := func() htmltest.Form {
		return b.want(b.get("/cart"), http.StatusOK).Find(htmltest.Class("btn--buy")).Press()
	}
	none := checkout()
	if len(none.Values["line"]) != 2 || len(none.Values["qty"]) != 2 || len(none.Values["qty_line"]) != 2 {
		t.Fatalf("the form sends %v", none.Values)
	}
	delete(none.Values, "line")
	if p := b.want(b.send(none), http.StatusOK); p.path != "/cart" {
		t.Fatalf("nothing ticked led to %s", p.path)
	}
	if n := s.count(`select count(*)::int from cart_lines where selected`) + s.count(`select count(*)::int from checkouts`); n != 0 {
		t.Fatal("what was unticked is bought all the same")
	}
	some := checkout()
	some.Values["line"] = some.Values["qty_line"][1:]
	some.Values["qty"] = []string{"1", "3"}
	if p := b.want(b.send(some), http.StatusOK); p.path != "/checkout" {
		t.Fatalf("got to %s", p.path)
	}
	if n := s.count(`select coalesce(sum(q), 0)::int from checkouts, unnest(offers, qtys) as l (o, q) where o = $1`, two); n != 3 ||
		s.count(`select sum(cardinality(offers))::int from checkouts`) != 1 {
		t.Fatalf("%d of the second are held, typed 3", n)
	}
	bad := checkout()
	bad.Values["qty"] = []string{"2", "много"}
	for _, action := range []string{"/checkout", "/cart/select"} {
		bad.Action = action
		if p := b.want(b.send(bad), http.StatusUnprocessableEntity); !strings.Contains(p.body, `value="много"`) {
			t.Fatalf("%s: what was typed is lost", action)
		}
	}
	if n := s.count(`select qty from cart_lines where offer_id = $1`, one); n != 1 {
		t.Fatalf("a refused form set the other line to %d", n)
	}
}

func TestASoldOutLineLeadsToSimilarGoods(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 100000, 1)
	b := s.browser()
	b.add(offer, "1")
	_, err := s.pool.Exec(t.Context(), `update offer_stock set on_hand = 0`)
	s.must(err)
	href := b.want(b.get("/cart"), http.StatusOK).One(htmltest.TestID("similar")).Attr("href")
	if !strings.HasPrefix(href, "/search?") || !strings.Contains(href, "q=") {
		t.Fatalf("similar goods are at %q", href)
	}
}
