package app

import (
	"fmt"
	"net/http"
	"testing"
)

// Whoever is one guest after another keeps no goods from others for long: a cart holds nothing, a checkout holds for a time
// that ends, and one address begins only so many of them. A buyer who has signed in at the same address is served meanwhile.
func TestCase99HoardingGuests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	offer := w.things["offer"]
	w.exec(`update offer_stock set on_hand = 1000000 where offer_id = $1::bigint`, offer)
	w.exec(`update offers set max_qty = 99 where id = $1::bigint`, offer)
	before := one[int64](w.site, `select reserved from offer_stock where offer_id = $1::bigint`, offer)
	held := func() int64 {
		return one[int64](w.site, `select reserved from offer_stock where offer_id = $1::bigint`, offer) - before
	}
	answers := map[int]int{}
	const guests, from = 150, "203.0.113.7:1"
	for i := range guests {
		_, cookie := w.session(0, 0)
		ask := func(path string, fields ...string) reply {
			return w.do(call{method: http.MethodPost, path: path, form: values(fields...), cookies: []*http.Cookie{cookie}, from: from})
		}
		if got := ask("/cart/lines", "offer", offer, "qty", "99"); got.StatusCode >= 400 {
			t.Fatalf("guest %d: the cart answers %d", i, got.StatusCode)
		}
		if i == 0 && held() != 0 {
			t.Errorf("a cart holds %d units", held())
		}
		got := ask("/checkout")
		answers[got.StatusCode]++
		if got.StatusCode == http.StatusTooManyRequests && got.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if answers[http.StatusTooManyRequests] != guests-limitHoarders.Burst {
		t.Errorf("%d guests of one address are answered %v", guests, answers)
	}
	if most := int64(99 * limitHoarders.Burst); held() > most || held() == 0 {
		t.Errorf("%d units are held, at most %d may be", held(), most)
	}
	got := w.do(call{method: http.MethodPost, path: "/checkout", form: values("line", w.things["line"]), cookies: w.actors[anna].cookies(), from: from})
	if got.StatusCode == http.StatusTooManyRequests {
		t.Error("Anna, who has signed in, waits for the guests of her address")
	}
	if n := one[int64](w.site, `select count(*) from holds where expires_at > now() + interval '1 hour'`); n != 0 {
		t.Errorf("%d holds last longer than an hour", n)
	}
	t.Log(fmt.Sprint("answers: ", answers))
}
