package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Beside the places of the seller's hub stands what waits there for the shop, or how many listings it has, on every page of
// the hub and in both languages; nobody else's are among them. The first page says how many orders it is about.
func TestTheHubCountsWhatItsPlacesHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(`update export_parcels set state = 'ready', stuck_at = null, stuck = '' where seller_id = $1`, w.shopA.ID)
	counts := func(shop int64) map[string]int {
		return map[string]int{
			"/seller/orders": one[int](w.site, `select count(distinct order_id)::int from parcels where seller_id = $1 and state in ('confirmed', 'assembling', 'packed')`, shop),
			"/seller/listings": one[int](w.site, `select (select count(*) from offers where seller_id = $1 and status <> 'archived') +
				(select count(*) from products p join variants v on v.product_id = p.id where p.author_id = $1 and p.status = 'draft' and v.status <> 'retired'
					and not exists (select from offers o where o.variant_id = v.id and o.status <> 'archived'))`, shop),
			"/seller/export": one[int](w.site, `select count(*)::int from export_parcels where seller_id = $1 and state = 'ready'`, shop),
		}
	}
	for path, n := range counts(w.shopA.ID) {
		if n == 0 {
			t.Errorf("shop A has nothing at %s: nothing is proven", path)
		}
	}
	for role, shop := range map[string]int64{ownerA: w.shopA.ID, packerA: w.shopA.ID, ownerB: w.shopB.ID} {
		for _, at := range []string{"/seller", "/en/seller", "/seller/orders", "/seller/export/parcels"} {
			got := w.get(at, w.actors[role].cookies()...)
			if got.StatusCode != http.StatusOK {
				t.Fatalf("%s answers the %s %d", at, role, got.StatusCode)
			}
			page, lang := htmltest.ParseString(t, got.body), strings.TrimSuffix(at, strings.TrimPrefix(at, "/en"))
			for path, n := range counts(shop) {
				place, want := page.One(htmltest.Class("app-nav")).One(htmltest.Attr("href", lang+path)), ""
				if n > 0 {
					want = fmt.Sprint(n)
				}
				shown := ""
				if place.Has(htmltest.Class("n")) {
					shown = place.One(htmltest.Class("n")).Text()
				}
				if shown != want {
					t.Errorf("%s shows the %s %q beside %s, want %q", at, role, shown, path, want)
				}
			}
		}
	}
	work := htmltest.ParseString(t, w.get("/seller", w.actors[ownerA].cookies()...).body).One(htmltest.ID("orders")).Text()
	if want := i18n.In(i18n.RU, "order.today.work_n", "n", counts(w.shopA.ID)["/seller/orders"]); work != want {
		t.Errorf("the orders to work on are headed %q, want %q", work, want)
	}
}
