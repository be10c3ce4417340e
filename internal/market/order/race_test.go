package order

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// actors run at once in every race.
const actors = 32

// rounds is how often each race is run; -short runs a tenth.
func rounds() int {
	if testing.Short() {
		return 20
	}
	return 200
}

// stampede lets all actors wait at a barrier and act at once; it gives what came of each. Whoever
// loses is told so in a kind of error people understand, never an internal one.
func (b *bench) stampede(act func(i int) error) []error {
	b.t.Helper()
	gate, outcomes := make(chan struct{}), make([]error, actors)
	var wg sync.WaitGroup
	for i := range actors {
		wg.Go(func() {
			<-gate
			outcomes[i] = act(i)
		})
	}
	close(gate)
	wg.Wait()
	for i, err := range outcomes {
		if err != nil && !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.Invalid) {
			b.t.Fatalf("actor %d: %v (kind %s)", i, err, errs.KindOf(err))
		}
	}
	return outcomes
}

// won counts the actors that had their way, of those that match.
func won(outcomes []error, which func(i int) bool) (n int) {
	for i, err := range outcomes {
		if err == nil && which(i) {
			n++
		}
	}
	return n
}

func all(int) bool    { return true }
func even(i int) bool { return i%2 == 0 }
func odd(i int) bool  { return i%2 == 1 }

// guests makes visitors with one line each in their carts.
func (b *bench) guests(offer int64) []Buyer {
	b.t.Helper()
	crowd := make([]Buyer, actors)
	for i := range crowd {
		crowd[i] = b.guest()
		b.fill(crowd[i], 1, offer)
	}
	return crowd
}

func TestRaceLastUnit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 1)
	crowd := b.guests(offer)
	for round := range rounds() {
		outcomes := b.stampede(func(i int) error { return b.Start(t.Context(), crowd[i].Owner) })
		if n := won(outcomes, all); n != 1 {
			t.Fatalf("round %d: %d buyers hold the last unit", round, n)
		}
		b.balanced(map[int64]int{offer: 1})
		winner := crowd[slices.Index(outcomes, nil)]
		v, _, err := b.Current(t.Context(), winner.Owner)
		b.must(err)
		b.must(b.Drop(t.Context(), winner.Owner, v.Checkout.Key))
	}
}

func TestRaceSameCart(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 1000)
	for round := range rounds() {
		u := b.guest()
		b.fill(u, 1, offer)
		key, d, total := b.ready(u)
		numbers := make([]string, actors)
		outcomes := b.stampede(func(i int) (err error) {
			numbers[i], err = b.Place(t.Context(), u, key, d, total)
			return err
		})
		if n := won(outcomes, all); n != actors {
			t.Fatalf("round %d: %d of %d presses were answered with the order: %v", round, n, actors, outcomes)
		}
		if slices.Sort(numbers); numbers[0] != numbers[actors-1] {
			t.Fatalf("round %d: one cart became %s and %s", round, numbers[0], numbers[actors-1])
		}
		if problems := b.problems(map[int64]int{offer: 1000}, numbers[:1]); len(problems) > 0 {
			t.Fatal(problems)
		}
	}
	if n := b.count(`select count(*)::int from purchases`); n != rounds() {
		t.Fatalf("%d purchases of %d carts", n, rounds())
	}
}

// Two tabs put one cart on hold at once: its goods are held once.
func TestRaceOneCartOnHold(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 3)
	u := b.guest()
	b.fill(u, 2, offer)
	for range rounds() {
		b.stampede(func(int) error { return b.Start(t.Context(), u.Owner) })
		if _, reserved := catalogtest.Stock(t, b.pool, offer); reserved != 2 {
			t.Fatalf("%d units are held for a cart of two", reserved)
		}
		v, _, err := b.Current(t.Context(), u.Owner)
		b.must(err)
		b.must(b.Drop(t.Context(), u.Owner, v.Checkout.Key))
		b.balanced(map[int64]int{offer: 3})
	}
}

func TestRaceCancelAgainstHandOver(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shop, _, offer := catalogtest.Sale(t, b.pool, 100000, 1000)
	u, w := b.guest(), b.staff(shop.ID)
	for round := range rounds() {
		d := b.paid(u, 1, offer)
		b.must(b.Move(t.Context(), w, d.Orders[0].Number, 1, MoveIn{To: Packed}))
		outcomes := b.stampede(func(i int) error {
			if even(i) {
				return b.CancelByBuyer(t.Context(), u, d.Purchase.Number, CancelIn{Reason: ReasonMistake})
			}
			return b.Move(t.Context(), w, d.Orders[0].Number, 1, MoveIn{To: HandedOver, Carrier: "Почта", Tracking: "RA1234"})
		})
		if n := won(outcomes, all); n != 1 {
			t.Fatalf("round %d: %d cancelled and %d handed over one parcel", round, won(outcomes, even), won(outcomes, odd))
		}
		if problems := b.problems(map[int64]int{offer: 1000}, []string{d.Purchase.Number}); len(problems) > 0 {
			t.Fatal(problems)
		}
	}
}

func TestRaceExpiryAgainstPayment(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 1000)
	for round := range rounds() {
		number := b.placed(b.guest(), 1, offer)
		_, err := b.Payments.Begin(t.Context(), number)
		b.must(err)
		p, _, err := b.Payments.ByReference(t.Context(), b.pool, number)
		b.must(err)
		paymenttest.BankPays(t, b.pool, p.Token)
		b.expireNow(number)
		outcomes := b.stampede(func(i int) error {
			if even(i) {
				_, err := b.ExpireUnpaid(t.Context(), 1)
				return err
			}
			_, err := b.Payments.Refresh(t.Context(), p.ID)
			return err
		})
		if n := won(outcomes, all); n != actors {
			t.Fatalf("round %d: %v", round, outcomes)
		}
		if d := b.dossier(number); d.Purchase.PaidAt == nil {
			t.Fatalf("round %d: the goods are there, the money came, and the purchase is %s", round, d.Standing())
		}
		if problems := b.problems(map[int64]int{offer: 1000}, []string{number}); len(problems) > 0 {
			t.Fatal(problems)
		}
	}
}

func TestRacePartialCancels(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 33334, 10000)
	u := b.guest()
	for round := range rounds() {
		d := b.paid(u, 3, offer)
		in := CancelIn{OrderID: d.Orders[0].ID, Lines: map[int64]int{d.Lines[0].ID: 1}, Reason: ReasonMistake}
		outcomes := b.stampede(func(int) error { return b.CancelByBuyer(t.Context(), u, d.Purchase.Number, in) })
		if n := won(outcomes, all); n != 3 {
			t.Fatalf("round %d: three units were called off %d times: %v", round, n, outcomes)
		}
		if got := b.dossier(d.Purchase.Number).Orders[0]; got.Refunded != got.Total {
			t.Fatalf("round %d: %d of %d went back", round, got.Refunded, got.Total)
		}
		if problems := b.problems(map[int64]int{offer: 10000}, []string{d.Purchase.Number}); len(problems) > 0 {
			t.Fatal(problems)
		}
	}
}

// The buyer asks for more time in the very moment it runs out: it is prolonged once, or over.
func TestRaceExtensionAgainstExpiry(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 1)
	u := b.guest()
	b.fill(u, 1, offer)
	extended := 0
	for round := range rounds() {
		b.must(b.Start(t.Context(), u.Owner))
		v, _, err := b.Current(t.Context(), u.Owner)
		b.must(err)
		_, err = b.pool.Exec(t.Context(), `
			update holds set expires_at = now() + $2::interval, created_at = now() - interval '10 minutes'
			where key = $1 and state = 'held'`, v.Checkout.Key, time.Duration(round%8)*time.Millisecond)
		b.must(err)
		outcomes := b.stampede(func(i int) error {
			if even(i) {
				_, err := hold.ExpireDue(t.Context(), b.pool, 10)
				return err
			}
			return b.Extend(t.Context(), u.Owner, v.Checkout.Key)
		})
		switch n := won(outcomes, odd); n {
		case 0:
		case 1:
			extended++
		default:
			t.Fatalf("round %d: the time was extended %d times", round, n)
		}
		_, reserved := catalogtest.Stock(t, b.pool, offer)
		if held := b.count(`select count(*)::int from holds where key = $1 and state = 'held' and expires_at > now()`, v.Checkout.Key); reserved < held {
			t.Fatalf("round %d: extended, and the goods are free", round)
		}
		b.balanced(map[int64]int{offer: 1})
		b.must(b.Drop(t.Context(), u.Owner, v.Checkout.Key))
	}
	t.Logf("extended %d of %d times", extended, rounds())
}

// Money arrives by the webhook, by the buyer's return and by the reconcile job at once, while the
// buyer gives up and asks for another way to pay: at most one payment is kept.
func TestRacePaymentAgainstGivingUp(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 1000)
	u := b.guest()
	for round := range rounds() {
		number := b.placed(u, 1, offer)
		_, err := b.Payments.Begin(t.Context(), number)
		b.must(err)
		p, _, err := b.Payments.ByReference(t.Context(), b.pool, number)
		b.must(err)
		outcomes := b.stampede(func(i int) error {
			switch i % 4 {
			case 0:
				return b.CancelByBuyer(t.Context(), u, number, CancelIn{Reason: ReasonChangedMind})
			case 1:
				_, err := b.PayLink(t.Context(), u, number, payment.InvoiceName)
				return err
			case 2:
				_, err := b.Payments.SandboxAnswer(t.Context(), p.Token, payment.SandboxPay)
				return err
			}
			_, err := b.Payments.Refresh(t.Context(), p.ID)
			return err
		})
		if n := won(outcomes, func(i int) bool { return i%4 == 0 }); n > 1 {
			t.Fatalf("round %d: called off %d times", round, n)
		}
		b.must(b.pay.Run(t.Context()))
		if problems := b.problems(map[int64]int{offer: 1000}, []string{number}); len(problems) > 0 {
			t.Fatal(fmt.Sprint("round ", round, ": ", problems, outcomes))
		}
		if d := b.dossier(number); d.Purchase.Open() {
			_, err := b.PayLink(t.Context(), u, number, "")
			b.must(err)
			b.must(b.CancelByBuyer(t.Context(), u, number, CancelIn{Reason: ReasonChangedMind}))
		}
	}
}
