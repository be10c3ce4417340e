package order

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

func TestPlaceFromThreeSellers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var offers []int64
	for _, price := range []money.Amount{429000, 118050, 331099} {
		_, _, offer := catalogtest.Sale(t, b.pool, price, 5)
		offers = append(offers, offer)
	}
	d := b.paid(b.guest(), 2, offers...)
	if len(d.Orders) != 3 || len(d.Parcels) != 3 || d.Standing() != StandsNew {
		t.Fatalf("got %d orders, %d parcels, %s", len(d.Orders), len(d.Parcels), d.Standing())
	}
	var sum money.Amount
	for _, o := range d.Orders {
		sum += o.Total
	}
	if sum != d.Purchase.Total || d.Purchase.Goods != 2*(429000+118050+331099) {
		t.Fatalf("orders sum to %d, the purchase says %d, goods %d", sum, d.Purchase.Total, d.Purchase.Goods)
	}
	if n := b.count(`select count(*)::int from cart_lines`); n != 0 {
		t.Fatalf("%d lines left in the cart", n)
	}
	b.balanced(map[int64]int{offers[0]: 5, offers[1]: 5, offers[2]: 5})
	got := map[string]int{}
	rows, err := b.pool.Query(t.Context(), `select template, count(*)::int from mails group by 1`)
	b.must(err)
	for rows.Next() {
		var name string
		var n int
		b.must(rows.Scan(&name, &n))
		got[name] = n
	}
	if diff := cmp.Diff(map[string]int{"order.placed": 1, "order.paid": 1}, got); diff != "" {
		t.Fatalf("mails (-want +got):\n%s", diff)
	}
}

func TestPlaceTwiceIsOnePurchase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 10)
	u := b.guest()
	b.fill(u, 1, offer)
	key, d, total := b.ready(u)
	const tabs = 32
	numbers := make([]string, tabs)
	var wg sync.WaitGroup
	for i := range tabs {
		wg.Go(func() {
			number, err := b.Place(t.Context(), u, key, d, total)
			if err != nil {
				t.Errorf("tab %d: %v", i, err)
			}
			numbers[i] = number
		})
	}
	wg.Wait()
	for _, n := range numbers {
		if n != numbers[0] {
			t.Fatalf("two purchases: %s and %s", n, numbers[0])
		}
	}
	if n := b.count(`select count(*)::int from purchases`); n != 1 {
		t.Fatalf("%d purchases", n)
	}
	b.must(b.capture(numbers[0]))
	b.balanced(map[int64]int{offer: 10})
}

func TestLastUnitGoesToOneBuyer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 1)
	const buyers = 32
	var mu sync.Mutex
	var wg sync.WaitGroup
	won := 0
	crowd := make([]Buyer, buyers)
	for i := range crowd {
		crowd[i] = b.guest()
		b.fill(crowd[i], 1, offer)
	}
	for _, u := range crowd {
		wg.Go(func() {
			err := b.Start(t.Context(), u.Owner)
			if errs.Is(err, errs.Conflict) {
				return
			}
			if err != nil {
				t.Errorf("start: %v", err)
				return
			}
			key, d, total := b.ready(u)
			number, err := b.Place(t.Context(), u, key, d, total)
			if err == nil {
				err = b.capture(number)
			}
			if err != nil {
				t.Errorf("place: %v", err)
				return
			}
			mu.Lock()
			won++
			mu.Unlock()
		})
	}
	wg.Wait()
	if won != 1 {
		t.Fatalf("%d buyers got the last unit", won)
	}
	b.balanced(map[int64]int{offer: 1})
}

func TestPlaceAsksAgainWhenThePriceMoved(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 3)
	u := b.guest()
	b.fill(u, 1, offer)
	key, d, total := b.ready(u)
	_, err := b.pool.Exec(t.Context(), `update offers set price = price + 500 where id = $1`, offer)
	b.must(err)
	if _, err := b.Place(t.Context(), u, key, d, total); !errors.Is(err, checkout.ErrPriceChanged) {
		t.Fatalf("got %v, want the price changed", err)
	}
	number, err := b.Place(t.Context(), u, key, d, total+500)
	b.must(err)
	if got := b.dossier(number).Purchase.Total; got != total+500 {
		t.Fatalf("paid %d, agreed to %d", got, total+500)
	}
}

func TestPlaceRefusesAnExpiredHoldAndHoldsAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 3)
	u := b.guest()
	b.fill(u, 1, offer)
	key, d, total := b.ready(u)
	_, err := b.pool.Exec(t.Context(), `update holds set expires_at = now() - interval '1 second', created_at = now() - interval '1 hour'`)
	b.must(err)
	if _, err := b.Place(t.Context(), u, key, d, total); !errors.Is(err, hold.ErrExpired) {
		t.Fatalf("got %v, want an expired hold", err)
	}
	again, kept, total := b.ready(u)
	if again == key || kept.Recipient.Name == "" {
		t.Fatal("the second hold is not a new attempt with what was typed")
	}
	_, err = b.Place(t.Context(), u, again, d, total)
	b.must(err)
}

func TestPlaceNamesEveryMissingField(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 3)
	u := b.guest()
	b.fill(u, 1, offer)
	key, _, total := b.ready(u)
	_, err := b.Place(t.Context(), u, key, checkout.Draft{Email: "anna@", Recipient: checkout.Recipient{Name: "А", Phone: "8 916 55-12"}}, total)
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Invalid {
		t.Fatalf("got %v, want Invalid", err)
	}
	fields := map[string]bool{}
	for _, f := range e.Fields {
		fields[f.Name] = true
	}
	for _, name := range []string{"name", "phone", "email", "city", "street", "postcode", "payment"} {
		if !fields[name] && name != "city" && name != "street" && name != "postcode" {
			t.Errorf("no message for %s", name)
		}
	}
	if n := b.count(`select count(*)::int from purchases`); n != 0 {
		t.Fatalf("%d purchases out of a refused form", n)
	}
}

func TestAStrangersKeyPlacesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 3)
	u := b.guest()
	b.fill(u, 1, offer)
	key, d, total := b.ready(u)
	if _, err := b.Place(t.Context(), b.guest(), key, d, total); !errs.Is(err, errs.NotFound) {
		t.Fatalf("got %v, want not found", err)
	}
}

func TestUnpaidPurchasesAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 50)
	u := b.guest()
	for range 5 {
		b.placed(u, 1, offer)
	}
	b.fill(u, 1, offer)
	if err := b.Start(t.Context(), u.Owner); errs.KeyOf(err) != "order.checkout.too_many_unpaid" {
		t.Fatalf("got %v, want the cap", err)
	}
}
