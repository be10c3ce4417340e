package everyone_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
)

var inBerlin = map[string]string{"name": "Erika Mustermann", "phone": "+49 30 1234567", "email": "erika@example.com", "city": "Berlin",
	"street": "Unter den Linden 1", "postcode": "10117"}

// boundFor takes a thing of the demonstration's seller that may be sent abroad to the checkout of whoever wants it sent to
// a country, and gives the card it is on.
func boundFor(t *testing.T, m *apptest.Market, v *apptest.Visitor, country string) (slug string) {
	t.Helper()
	m.KnowRates(t)
	var offer int64
	if err := m.DB.QueryRow(t.Context(), `select o.id, pr.slug from offers o join offer_stock s on s.offer_id = o.id
		join memberships w on w.seller_id = o.seller_id join people p on p.id = w.person_id
		join variants va on va.id = o.variant_id join products pr on pr.id = va.product_id
		where p.email = $1 and o.status = 'active' and pr.status = 'published' and s.on_hand > 5 order by o.id limit 1`, account("seller")).Scan(&offer, &slug); err != nil {
		t.Fatal(err)
	}
	m.SellAbroad(t, offer)
	choose(t, v, country)
	if status := v.Post("/cart/lines", url.Values{"offer": {strconv.FormatInt(offer, 10)}, "qty": {"1"}}); status >= 400 {
		t.Fatalf("adding what is sent to %s answers %d", country, status)
	}
	if status := v.Post("/checkout", nil); status != http.StatusSeeOther {
		t.Fatalf("going to the checkout answers %d", status)
	}
	return slug
}

// parcel sells a thing abroad and waits until its parcel asks the seller for something.
func parcel(t *testing.T, m *apptest.Market) (number string) {
	t.Helper()
	buyer := m.Visitor(t, "")
	boundFor(t, m, buyer, "DE")
	order := placing(t, buyer, "pay", inBerlin)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var state string
		err := m.DB.QueryRow(t.Context(), `select number, state from export_parcels where number like $1 || '-%'`, order).Scan(&number, &state)
		if err == nil && state == "ready" {
			return number
		}
	}
	t.Fatalf("the order %s has no parcel that asks for anything", order)
	return ""
}
