package order

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// A line added to the cart between the quote and the payment is not bought by the old yes, and one
// that is held as well changes the total, which is asked about again.
func TestCase18LineAddedBetweenQuoteAndPay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 5)
	_, _, late := catalogtest.Sale(t, b.pool, 70000, 5)
	u := b.guest()
	b.fill(u, 1, offer)
	key, d, total := b.ready(u)
	b.fill(u, 1, late)
	b.fill(u, 1, offer) // one more of what is held
	b.must(b.Start(t.Context(), u.Owner))
	if _, err := b.Place(t.Context(), u, key, d, total); err == nil {
		t.Fatal("two more units were bought for the price of one")
	}
	key, d, more := b.ready(u)
	if more <= total {
		t.Fatalf("the new total is %d, the old one was %d", more, total)
	}
	number, err := b.Place(t.Context(), u, key, d, more)
	b.must(err)
	b.fill(u, 2, late) // a new wish stays in the cart
	if err := b.capture(number); err != nil {
		t.Fatal(err)
	}
	if got := b.dossier(number).Purchase.Total; got != more {
		t.Fatalf("paid %d, agreed to %d", got, more)
	}
	if n := b.count(`select coalesce(sum(qty), 0)::int from cart_lines where removed_at is null`); n != 2 {
		t.Fatalf("%d units are left in the cart, want 2", n)
	}
	b.balanced(map[int64]int{offer: 5, late: 5})
}

func TestCase19CurrencyMismatch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, rubles := catalogtest.Sale(t, b.pool, 100000, 5)
	_, _, yuan := catalogtest.Sale(t, b.pool, 70000, 5)
	_, err := b.pool.Exec(t.Context(), `update offers set currency = 'CNY' where id = $1`, yuan)
	b.must(err)
	u := b.guest()
	b.fill(u, 1, rubles, yuan)
	b.must(b.Start(t.Context(), u.Owner))
	v, _, err := b.Current(t.Context(), u.Owner)
	if errs.KeyOf(err) != "order.place.currencies" {
		t.Fatalf("rubles and yuan in one sum: %v", err)
	}
	if _, err := b.Place(t.Context(), u, v.Checkout.Key, checkout.Draft{}, 170000); errs.KeyOf(err) != "order.place.currencies" {
		t.Fatalf("rubles and yuan in one order: %v", err)
	}
	if n := b.count(`select count(*)::int from purchases`); n != 0 {
		t.Fatalf("%d purchases", n)
	}
}

// A price times a quantity past what fits is refused with words, on the way to the checkout too.
func TestCase22Overflow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 1<<62, 5)
	u := b.guest()
	b.fill(u, 3, offer)
	b.must(b.Start(t.Context(), u.Owner))
	if _, _, err := b.Current(t.Context(), u.Owner); !errs.Is(err, errs.Invalid) {
		t.Fatalf("3 × 2⁶² kopecks: %v", err)
	}
}

// The answer to a commit is lost on the way: whoever asks again finds the order that was made.
func TestCase26CommitReplyLost(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 100)
	cut := cutPool(t, b.pool)
	broken := *b.Service
	broken.Pool = cut.pool
	for round := range 20 {
		u := b.guest()
		b.fill(u, 1, offer)
		key, d, total := b.ready(u)
		cut.next.Store(true)
		if _, err := broken.Place(t.Context(), u, key, d, total); err == nil {
			t.Fatalf("round %d: the answer was not lost", round)
		}
		number, err := b.Place(t.Context(), u, key, d, total)
		b.must(err)
		if n := b.count(`select count(*)::int from purchases`); n != round+1 {
			t.Fatalf("round %d: %d purchases, the last is %s", round, n, number)
		}
	}
	if cut.cuts.Load() != 20 {
		t.Fatalf("%d answers were cut", cut.cuts.Load())
	}
	b.balanced(map[int64]int{offer: 100})
}

// The program's clock jumps a day ahead or back: holds and the time to pay follow the database's.
func TestCase29ClockJump(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{"ahead": 24 * time.Hour, "back": -24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			_, _, offer := catalogtest.Sale(t, b.pool, 100000, 2)
			u := b.guest()
			b.fill(u, 1, offer)
			b.pay.Sleep(jump)
			number := b.placed(u, 1)
			const left = `select extract(epoch from %s - now())::int`
			for what, sql := range map[string]string{
				"the time to pay": strings.Replace(left, "%s", "(select pay_by from purchases)", 1),
				"the hold":        strings.Replace(left, "%s", "(select expires_at from holds where state = 'held')", 1),
			} {
				if seconds := b.count(sql); seconds < 29*60 || seconds > 30*60 {
					t.Errorf("%s ends in %d s, want half an hour", what, seconds)
				}
			}
			n, err := b.ExpireUnpaid(t.Context(), 10)
			b.must(err)
			if n != 0 {
				t.Errorf("%d purchases expired because a clock jumped", n)
			}
			b.expireNow(number)
			for range 2 {
				n, err = b.ExpireUnpaid(t.Context(), 10)
				b.must(err)
			}
			if n != 0 || b.mails("order.expired") != 1 {
				t.Errorf("expired twice: %d, %d letters", n, b.mails("order.expired"))
			}
			b.balanced(map[int64]int{offer: 2})
		})
	}
}

// A quantity that cannot be read, sent straight to the checkout, comes back as it was typed with its
// message, and so does everything else the form said.
func TestBadQuantityOnTheWayToTheCheckoutIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, one := catalogtest.Sale(t, s.pool, 100000, 9)
	_, _, two := catalogtest.Sale(t, s.pool, 50000, 9)
	b := s.browser()
	b.add(one, "1")
	b.add(two, "2")
	for path, typed := range map[string]string{"/checkout": "3 шт", "/cart/select": "1e2"} {
		f := b.get("/cart").Find(htmltest.Class("btn--buy")).Press()
		f.Values["qty"] = []string{typed, "5"}
		f.Values["line"] = f.Values["line"][:1]
		p := b.want(b.post(path, f.Values), http.StatusUnprocessableEntity)
		fields := p.All(htmltest.Attr("name", "qty"))
		if len(fields) != 2 || fields[0].Value() != typed || fields[1].Value() != "5" || fields[0].Attr("aria-invalid") != "true" {
			t.Errorf("%s: typed %q and 5, the page shows %d fields: %q %q", path, typed, len(fields), fields[0].Value(), fields[1].Value())
		}
		if !p.Has(htmltest.Attr("href", "#"+fields[0].Attr("id"))) {
			t.Errorf("%s: the summary does not lead to the field", path)
		}
		if boxes := p.All(htmltest.Attr("name", "line")); len(boxes) != 2 || !boxes[0].HasAttr("checked") || boxes[1].HasAttr("checked") {
			t.Errorf("%s: the boxes are not as they were sent", path)
		}
	}
	if n := s.count(`select count(*)::int from checkouts`); n != 0 {
		t.Errorf("%d checkouts out of a refused form", n)
	}
}

// What no database can keep, and what is too long, is said at its field; the rest stays as typed.
func TestCheckoutSaysWhatCannotBeKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 100000, 9)
	b := s.browser()
	b.add(offer, "1")
	p := b.send(b.get("/cart").Find(htmltest.Class("btn--buy")).Press())
	long := strings.Repeat("ж", 201)
	for _, path := range []string{"/checkout/place", "/checkout/quote"} {
		f := p.Find(htmltest.Class("btn--buy")).Press()
		for name, value := range map[string]string{"name": "Со\x00колова", "phone": "8 916 555-12-34", "email": "an\x00na@example.ru",
			"city": "Тула", "street": long, "postcode": "300\xff000"} {
			f.Values.Set(name, value)
		}
		got := b.want(b.post(path, f.Values), http.StatusUnprocessableEntity)
		for _, name := range []string{"name", "email", "street", "postcode"} {
			if !got.Has(htmltest.Attr("href", "#"+name)) {
				t.Errorf("%s: nothing is said about %s", path, name)
			}
		}
		for name, want := range map[string]string{"phone": "8 916 555-12-34", "city": "Тула", "street": long} {
			if v := got.Find(htmltest.Attr("name", name)).Value(); v != want {
				t.Errorf("%s: %s is %q, typed %q", path, name, v, want)
			}
		}
	}
	if n := s.count(`select count(*)::int from purchases`); n != 0 {
		t.Errorf("%d purchases out of a refused form", n)
	}
}

// A total that nobody owes asks no bank: the order is paid when it is placed.
func TestCase24ZeroTotal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shares, sums, err := checkout.Split([]checkout.Part{{SellerID: 1, Price: 100, Qty: 1, Currency: money.RUB}}, nil, 100)
	b.must(err)
	if sums.Total != 0 || shares[0].Total != 0 {
		t.Fatalf("a discount of everything leaves %d", sums.Total)
	}
	if methods := b.Payments.Methods(0, money.RUB); len(methods) != 0 {
		t.Fatalf("nothing to pay by %v", methods)
	}
}
