package order

import (
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ship takes the first parcel of an order all the way to the carrier.
func (b *bench) ship(w Staffer, number string) error {
	for _, in := range []MoveIn{{To: Assembling}, {To: Packed, Boxes: 2}, {To: HandedOver, Carrier: "Почта России", Tracking: "RA123456785RU"}} {
		if err := b.Move(b.t.Context(), w, number, 1, in); err != nil {
			return err
		}
	}
	return nil
}

func TestParcelGoesToTheDoor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shop, _, offer := catalogtest.Sale(t, b.pool, 100000, 5)
	d := b.paid(b.guest(), 1, offer)
	w, number := b.staff(shop.ID), d.Orders[0].Number
	b.must(b.ship(w, number))
	b.must(b.Move(t.Context(), w, number, 1, MoveIn{To: InTransit}))
	b.must(b.Move(t.Context(), w, number, 1, MoveIn{To: Delivered}))
	d = b.dossier(number)
	if d.Standing() != StandsDelivered {
		t.Fatalf("standing %s", d.Standing())
	}
	want := []State{AwaitingPayment, Confirmed, Assembling, Packed, HandedOver, InTransit, Delivered}
	events := d.EventsOf(d.Parcels[0].ID)
	for i, e := range events {
		if i >= len(want) || e.ToState != want[i] || e.Seq != i+1 {
			t.Fatalf("event %d is %s (seq %d), want %v", i, e.ToState, e.Seq, want)
		}
	}
	if n := b.count(`select count(*)::int from mails where template in ('order.shipped', 'order.delivered')`); n != 2 {
		t.Fatalf("%d letters about the way", n)
	}
	if err := b.Move(t.Context(), w, number, 1, MoveIn{To: Packed}); !errs.Is(err, errs.Conflict) {
		t.Fatalf("a delivered parcel was packed: %v", err)
	}
}

func TestHandOverNeedsTracking(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shop, _, offer := catalogtest.Sale(t, b.pool, 100000, 5)
	number := b.paid(b.guest(), 1, offer).Orders[0].Number
	w := b.staff(shop.ID)
	b.must(b.Move(t.Context(), w, number, 1, MoveIn{To: Packed}))
	if err := b.Move(t.Context(), w, number, 1, MoveIn{To: HandedOver}); !errs.Is(err, errs.Invalid) {
		t.Fatalf("got %v, want Invalid", err)
	}
}

func TestAnotherSellersOrderIsNotFound(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 5)
	stranger := catalogtest.Shop(t, b.pool)
	number := b.paid(b.guest(), 1, offer).Orders[0].Number
	w := b.staff(stranger.ID)
	_, err := b.GetForSeller(t.Context(), stranger.ID, number)
	for name, err := range map[string]error{"get": err, "move": b.Move(t.Context(), w, number, 1, MoveIn{To: Assembling}),
		"split":  b.Split(t.Context(), w, number, 1, nil),
		"cancel": b.CancelBySeller(t.Context(), w, number, CancelIn{Reason: ReasonDefect})} {
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: got %v, want not found", name, err)
		}
	}
}

// A seller's navigation counts what they have yet to do, and nothing of anybody else's.
func TestOrdersThatWaitForASellerAreCounted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shop := catalogtest.Shop(t, b.pool)
	offer := catalogtest.Offer(t, b.pool, shop, catalogtest.Card(t, b.pool, shop).Variants["main"], 100000, 5)
	number := b.paid(b.guest(), 1, offer).Orders[0].Number
	b.paid(b.guest(), 1, offer)
	waits := func(want int) {
		t.Helper()
		if n := b.waiting(shop.ID); n != want {
			t.Fatalf("%d orders wait, want %d", n, want)
		}
	}
	waits(2)
	b.must(b.Move(t.Context(), b.staff(shop.ID), number, 1, MoveIn{To: Assembling}))
	waits(2)
	b.must(b.CancelBySeller(t.Context(), b.staff(shop.ID), number, CancelIn{Reason: ReasonDefect}))
	waits(1)
	if n := b.waiting(catalogtest.Shop(t, b.pool).ID); n != 0 {
		t.Fatalf("%d orders of others wait", n)
	}
}

func (b *bench) waiting(shop int64) (n int) {
	b.t.Helper()
	b.must(pg.AsSeller(b.t.Context(), b.pool, shop, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		CountWaiting(batch, shop, &n)
		return pg.Send(b.t.Context(), tx, batch)
	}))
	return n
}

func TestPartialCancelGivesTheExactMoneyBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shop := catalogtest.Shop(t, b.pool)
	_, err := b.pool.Exec(t.Context(), `update sellers set delivery_fee = 30000 where id = $1`, shop.ID)
	b.must(err)
	card := catalogtest.Card(t, b.pool, shop)
	offer := catalogtest.Offer(t, b.pool, shop, card.Variants["main"], 33399, 10)
	u := b.guest()
	d := b.paid(u, 3, offer)
	number, line := d.Purchase.Number, d.Lines[0].ID
	in := CancelIn{OrderID: d.Orders[0].ID, Lines: map[int64]int{line: 1}, Reason: ReasonChangedMind}
	b.must(b.CancelByBuyer(t.Context(), u, number, in))
	if got := b.dossier(number).Orders[0].Refunded; got != 33399 {
		t.Fatalf("one unit gave %d back", got)
	}
	in.Lines[line] = 2
	b.must(b.CancelByBuyer(t.Context(), u, number, in))
	d = b.dossier(number)
	if d.Orders[0].Refunded != d.Orders[0].Total || d.Standing() != StandsCancelled {
		t.Fatalf("all units gave %d of %d back, %s", d.Orders[0].Refunded, d.Orders[0].Total, d.Standing())
	}
	if err := b.CancelByBuyer(t.Context(), u, number, in); !errs.Is(err, errs.Conflict) {
		t.Fatalf("cancelled more than there was: %v", err)
	}
	b.balanced(map[int64]int{offer: 10})
}

func TestSellerWithoutGoodsRestocksNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shop, _, offer := catalogtest.Sale(t, b.pool, 100000, 5)
	d := b.paid(b.guest(), 2, offer)
	b.must(b.CancelBySeller(t.Context(), b.staff(shop.ID), d.Orders[0].Number, CancelIn{Reason: ReasonOutOfStock, Note: "Разбили при упаковке"}))
	if onHand, _ := catalogtest.Stock(t, b.pool, offer); onHand != 3 {
		t.Fatalf("%d on hand, want the 3 that were never sold", onHand)
	}
	d = b.dossier(d.Purchase.Number)
	if d.Orders[0].Refunded != d.Orders[0].Total {
		t.Fatalf("%d of %d went back", d.Orders[0].Refunded, d.Orders[0].Total)
	}
}

func TestSplitTravelsInTwoParcels(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shop, _, offer := catalogtest.Sale(t, b.pool, 100000, 5)
	u := b.guest()
	d := b.paid(u, 3, offer)
	w, number, line := b.staff(shop.ID), d.Orders[0].Number, d.Lines[0].ID
	b.must(b.Split(t.Context(), w, number, 1, map[int64]int{line: 2}))
	b.must(b.ship(w, number))
	d = b.dossier(number)
	if len(d.Parcels) != 2 || d.Parcels[0].State != HandedOver || d.Parcels[1].State != Confirmed {
		t.Fatalf("parcels %+v", d.Parcels)
	}
	// What has not been handed over can still be called off, and only that.
	b.must(b.CancelByBuyer(t.Context(), u, d.Purchase.Number, CancelIn{Reason: ReasonTooLong}))
	d = b.dossier(number)
	if d.Orders[0].Refunded != 200000 || d.Lines[0].Cancelled != 2 || d.Standing() != StandsOnWay {
		t.Fatalf("refunded %d, cancelled %d, %s", d.Orders[0].Refunded, d.Lines[0].Cancelled, d.Standing())
	}
	b.balanced(map[int64]int{offer: 5})
}

func TestCancelAgainstShipHasOneWinner(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shop, _, offer := catalogtest.Sale(t, b.pool, 100000, 50)
	u, w := b.guest(), b.staff(shop.ID)
	for range 8 {
		d := b.paid(u, 1, offer)
		b.must(b.Move(t.Context(), w, d.Orders[0].Number, 1, MoveIn{To: Packed}))
		var mu sync.Mutex
		var wg sync.WaitGroup
		cancelled, shipped := 0, 0
		for i := range 32 {
			wg.Go(func() {
				var err error
				if i%2 == 0 {
					err = b.CancelByBuyer(t.Context(), u, d.Purchase.Number, CancelIn{Reason: ReasonMistake})
				} else {
					err = b.Move(t.Context(), w, d.Orders[0].Number, 1, MoveIn{To: HandedOver, Carrier: "Почта", Tracking: "RA1234"})
				}
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && i%2 == 0:
					cancelled++
				case err == nil:
					shipped++
				case !errs.Is(err, errs.Conflict):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if cancelled+shipped != 1 {
			t.Fatalf("%d cancelled and %d shipped one parcel", cancelled, shipped)
		}
	}
	b.balanced(map[int64]int{offer: 50})
}

func TestExpiryFreesTheGoods(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 1)
	number := b.placed(b.guest(), 1, offer)
	b.expireNow(number)
	n, err := b.ExpireUnpaid(t.Context(), 10)
	b.must(err)
	if d := b.dossier(number); n != 1 || d.Standing() != StandsExpired {
		t.Fatalf("%d expired, %s", n, d.Standing())
	}
	b.placed(b.guest(), 1, offer)
}

func TestLateMoneyTakesTheGoodsAgainOrGoesBack(t *testing.T) {
	t.Parallel()
	for name, taken := range map[string]bool{"goods still there": false, "goods gone": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			_, _, offer := catalogtest.Sale(t, b.pool, 100000, 1)
			number := b.placed(b.guest(), 1, offer)
			_, err := b.Payments.Begin(t.Context(), number)
			b.must(err)
			b.expireNow(number)
			_, err = b.ExpireUnpaid(t.Context(), 10)
			b.must(err)
			if taken {
				b.paid(b.guest(), 1, offer)
			}
			b.lateMoney(number)
			d := b.dossier(number)
			if want := map[bool]Standing{false: StandsNew, true: StandsExpired}[taken]; d.Standing() != want {
				t.Fatalf("standing %s, want %s", d.Standing(), want)
			}
			if n := b.count(`select count(*)::int from mails where template = 'order.given_back'`); (n == 1) != taken {
				t.Fatalf("%d letters about money given back", n)
			}
			b.balanced(map[int64]int{offer: 1})
		})
	}
}

// lateMoney lets a bank pay for a purchase whatever we think of it.
func (b *bench) lateMoney(number string) {
	b.t.Helper()
	p, _, err := b.Payments.ByReference(b.t.Context(), b.pool, number)
	b.must(err)
	paymenttest.BankPays(b.t, b.pool, p.Token)
	_, err = b.Payments.Refresh(b.t.Context(), p.ID)
	b.must(err)
}

func TestCaptureAgainstExpiryHasOneWinner(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 100)
	var numbers []string
	for range 16 {
		n := b.placed(b.guest(), 1, offer)
		_, err := b.Payments.Begin(t.Context(), n)
		b.must(err)
		p, _, err := b.Payments.ByReference(t.Context(), b.pool, n)
		b.must(err)
		paymenttest.BankPays(t, b.pool, p.Token)
		b.expireNow(n)
		numbers = append(numbers, n)
	}
	var wg sync.WaitGroup
	for i, n := range numbers {
		p, _, err := b.Payments.ByReference(t.Context(), b.pool, n)
		b.must(err)
		wg.Go(func() {
			if _, err := b.Payments.Refresh(t.Context(), p.ID); err != nil {
				t.Errorf("capture %d: %v", i, err)
			}
		})
		wg.Go(func() {
			if _, err := b.ExpireUnpaid(t.Context(), 1); err != nil {
				t.Errorf("expire %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	for _, n := range numbers {
		if d := b.dossier(n); d.Standing() != StandsNew {
			t.Errorf("%s: the money came and the goods were there, yet it is %s", n, d.Standing())
		}
	}
	b.balanced(map[int64]int{offer: 100})
}

func TestUnpaidPurchaseIsCalledOffWhole(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, one := catalogtest.Sale(t, b.pool, 100000, 5)
	_, _, two := catalogtest.Sale(t, b.pool, 200000, 5)
	u := b.guest()
	number := b.placed(u, 1, one, two)
	d := b.dossier(number)
	if err := b.CancelByBuyer(t.Context(), u, number, CancelIn{OrderID: d.Orders[0].ID, Reason: ReasonMistake}); !errs.Is(err, errs.Conflict) {
		t.Fatalf("a part of an unpaid purchase: %v", err)
	}
	b.must(b.CancelByBuyer(t.Context(), u, number, CancelIn{Reason: ReasonMistake}))
	b.refuseMoney(number)
	b.balanced(map[int64]int{one: 5, two: 5})
}

// refuseMoney tries to pay for what was called off.
func (b *bench) refuseMoney(number string) {
	b.t.Helper()
	if err := b.capture(number); err == nil {
		b.t.Fatal("a purchase that was called off could be paid")
	}
}

func TestOnlyTheBuyerOrAKeyOpensAPurchase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 5)
	u := b.guest()
	number := b.placed(u, 1, offer)
	if _, err := b.Get(t.Context(), u, number); err != nil {
		t.Fatal(err)
	}
	stranger := b.guest()
	if _, err := b.Get(t.Context(), stranger, number); !errs.Is(err, errs.NotFound) {
		t.Fatalf("a number alone opened it: %v", err)
	}
	key := newKey()
	_, err := pg.Exec(t.Context(), b.pool, insertKey, hashKey(key), b.dossier(number).Purchase.ID, b.Now())
	b.must(err)
	for what, wrong := range map[string]string{"made up": newKey(), "cut short": key[:len(key)-1], "as the database keeps it": string(hashKey(key))} {
		stranger.Key = wrong
		if _, err := b.Get(t.Context(), stranger, number); !errs.Is(err, errs.NotFound) {
			t.Errorf("a key %s opened it: %v", what, err)
		}
	}
	another := b.placed(b.guest(), 1, offer)
	stranger.Key = key
	if _, err := b.Get(t.Context(), stranger, another); !errs.Is(err, errs.NotFound) {
		t.Errorf("a key of one purchase opened another: %v", err)
	}
	if _, err := b.Get(t.Context(), stranger, number); err != nil {
		t.Fatal(err)
	}
}

func TestRefundOfAddsUp(t *testing.T) {
	t.Parallel()
	for _, total := range []money.Amount{0, 1, 10000, 33340, 99999} {
		for qty := 1; qty <= 7; qty++ {
			var sum money.Amount
			for done := range qty {
				sum += refundOf(total, qty, done, 1)
			}
			if sum != total || refundOf(total, qty, 0, qty) != total {
				t.Fatalf("%d in %d pieces gives %d", total, qty, sum)
			}
		}
	}
}

func TestChoosingTheBankLaterKeepsTheGoodsLonger(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100000, 1)
	u := b.guest()
	number := b.placed(u, 1, offer)
	_, err := b.PayLink(t.Context(), u, number, payment.InvoiceName)
	b.must(err)
	p := b.dossier(number).Purchase
	if got := p.PayBy.Sub(p.PlacedAt); got != payInvoiceWithin {
		t.Fatalf("to be paid within %s", got)
	}
	if n := b.count(`select count(*)::int from holds where key = $1 and state = 'held' and expires_at = $2`, p.AttemptKey, p.PayBy); n != 1 {
		t.Fatal("the goods are not kept as long")
	}
}
