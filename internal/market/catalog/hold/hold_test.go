package hold_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const ttl = 10 * time.Minute

func take(t *testing.T, db *pgxpool.Pool, key string, lines ...hold.Line) []hold.Short {
	t.Helper()
	short, err := try(t, db, key, lines...)
	if err != nil {
		t.Fatal(err)
	}
	return short
}

func try(t testing.TB, db *pgxpool.Pool, key string, lines ...hold.Line) (short []hold.Short, err error) {
	err = pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
		short, err = hold.Take(t.Context(), tx, key, lines, ttl)
		return err
	})
	return short, err
}

func TestHoldTakesAllLinesOrNone(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	shop, card, plenty := catalogtest.Sale(t, db, 429000, 10)
	scarce := catalogtest.Offer(t, db, shop, card.Variants["main"], 450000, 1)

	short := take(t, db, "a", hold.Line{OfferID: plenty, Qty: 2}, hold.Line{OfferID: scarce, Qty: 1},
		hold.Line{OfferID: scarce, Qty: 1})
	want := []hold.Short{{OfferID: scarce, Free: 1, Reason: catalog.SoldOut}}
	if diff := cmp.Diff(want, short); diff != "" {
		t.Errorf("two lines of one offer are one wish (-want +got):\n%s", diff)
	}
	if _, reserved := catalogtest.Stock(t, db, plenty); reserved != 0 {
		t.Errorf("a hold that fell short reserved %d of the other line", reserved)
	}
	if short := take(t, db, "a", hold.Line{OfferID: plenty, Qty: 2}, hold.Line{OfferID: scarce, Qty: 1}); len(short) != 0 {
		t.Fatalf("short: %v", short)
	}
	if err := hold.Commit(t.Context(), db, "a"); err != nil {
		t.Fatal(err)
	}
	if err := hold.Commit(t.Context(), db, "a"); err != nil {
		t.Errorf("a second Commit must be harmless: %v", err)
	}
	if onHand, reserved := catalogtest.Stock(t, db, plenty); onHand != 8 || reserved != 0 {
		t.Errorf("after Commit: on hand %d, reserved %d", onHand, reserved)
	}
}

func TestHoldRefusesWhatCannotBeBought(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	for name, c := range map[string]struct {
		sql  string
		want catalog.Reason
	}{
		"blocked card":   {`update products set status = 'blocked' where id = $1`, catalog.Gone},
		"suspended shop": {`update sellers set status = 'suspended' where id = (select author_id from products where id = $1)`, catalog.ShopClosed},
		"holiday": {`update sellers set vacation_from = current_date, vacation_to = current_date + 7
			where id = (select author_id from products where id = $1)`, catalog.ShopAway},
		"paused": {`update offers set status = 'paused' where variant_id in (select id from variants where product_id = $1)`, catalog.Paused},
	} {
		_, card, offer := catalogtest.Sale(t, db, 100, 5)
		if _, err := db.Exec(t.Context(), c.sql, card.ProductID); err != nil {
			t.Fatal(err)
		}
		short := take(t, db, name, hold.Line{OfferID: offer, Qty: 1})
		if len(short) != 1 || short[0].Reason != c.want {
			t.Errorf("%s: %v, want reason %s", name, short, c.want)
		}
		lines, err := catalog.OffersForCart(t.Context(), db, []int64{offer})
		if err != nil {
			t.Fatal(err)
		}
		if got := lines[offer]; got.Reason != c.want || got.MaxQty != 0 {
			t.Errorf("%s: cart says %q, at most %d", name, got.Reason, got.MaxQty)
		}
	}
	short := take(t, db, "unknown", hold.Line{OfferID: 1 << 40, Qty: 1})
	if len(short) != 1 || short[0].Reason != catalog.Gone {
		t.Errorf("unknown offer: %v", short)
	}
	for _, qty := range []int{0, -1} {
		if _, err := try(t, db, "qty", hold.Line{OfferID: 1, Qty: qty}); !errs.Is(err, errs.Invalid) {
			t.Errorf("qty %d: %v", qty, err)
		}
	}
}

func TestHoldDeadlines(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	_, _, offer := catalogtest.Sale(t, db, 100, 1)
	line := hold.Line{OfferID: offer, Qty: 1}
	take(t, db, "a", line)
	first, _, err := hold.Find(t.Context(), db, "a")
	if err != nil {
		t.Fatal(err)
	}
	take(t, db, "a", line)
	if again, _, _ := hold.Find(t.Context(), db, "a"); !again.ExpiresAt.Equal(first.ExpiresAt) {
		t.Errorf("reloading the checkout moved the deadline from %v to %v", first.ExpiresAt, again.ExpiresAt)
	}
	until, err := hold.Extend(t.Context(), db, "a")
	if err != nil || !until.Equal(first.ExpiresAt.Add(ttl)) {
		t.Errorf("Extend: %v %v", until, err)
	}
	if _, err := hold.Extend(t.Context(), db, "a"); !errors.Is(err, hold.ErrExtended) {
		t.Errorf("a second Extend: %v", err)
	}
	if short := take(t, db, "b", line); len(short) != 1 {
		t.Errorf("the last unit went to two buyers")
	}

	lapse(t, db, "a")
	if err := hold.Commit(t.Context(), db, "a"); !errors.Is(err, hold.ErrExpired) {
		t.Errorf("Commit after the deadline: %v", err)
	}
	if short := take(t, db, "b", line); len(short) != 0 {
		t.Errorf("an expired hold must free the unit without waiting for the sweep: %v", short)
	}
	short, err := hold.Retake(t.Context(), db, "a", ttl)
	if err != nil || len(short) != 1 {
		t.Errorf("late money, unit gone: %v %v", short, err)
	}
	if err := hold.Release(t.Context(), db, "b"); err != nil {
		t.Fatal(err)
	}
	if short, err = hold.Retake(t.Context(), db, "a", ttl); err != nil || len(short) != 0 {
		t.Errorf("late money, unit free again: %v %v", short, err)
	}
	if err := hold.Commit(t.Context(), db, "a"); err != nil {
		t.Error(err)
	}
	if err := hold.Restock(t.Context(), db, []hold.Line{line}); err != nil {
		t.Error(err)
	}
	if onHand, reserved := catalogtest.Stock(t, db, offer); onHand != 1 || reserved != 0 {
		t.Errorf("after Restock: on hand %d, reserved %d", onHand, reserved)
	}
}

// lapse moves a hold's deadline into the past.
func lapse(t testing.TB, db *pgxpool.Pool, key string) {
	t.Helper()
	_, err := db.Exec(t.Context(), `
		update holds set created_at = created_at - interval '1 day', expires_at = expires_at - interval '1 day'
		where key = $1 and state = 'held'`, key)
	if err != nil {
		t.Fatal(err)
	}
}

func TestThirtyTwoBuyersOneUnit(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	shop, card, last := catalogtest.Sale(t, db, 100, 1)
	other := catalogtest.Offer(t, db, shop, card.Variants["main"], 200, 1000)
	var won sync.Map
	var wg sync.WaitGroup
	for buyer := range 32 {
		wg.Go(func() {
			// Every other buyer names the offers the other way round.
			lines := []hold.Line{{OfferID: last, Qty: 1}, {OfferID: other, Qty: 1}}
			if buyer%2 == 1 {
				lines[0], lines[1] = lines[1], lines[0]
			}
			key := fmt.Sprintf("buyer-%d", buyer)
			short, err := try(t, db, key, lines...)
			if err != nil {
				t.Errorf("%s: %v", key, err)
			}
			if err == nil && len(short) == 0 {
				won.Store(key, true)
			}
		})
	}
	wg.Wait()
	winners := 0
	won.Range(func(any, any) bool { winners++; return true })
	if winners != 1 {
		t.Errorf("%d buyers hold the last unit", winners)
	}
	for offer, want := range map[int64]int{last: 1, other: 1} {
		if _, reserved := catalogtest.Stock(t, db, offer); reserved != want {
			t.Errorf("offer %d: %d reserved, want %d", offer, reserved, want)
		}
	}
}

func TestExpireDueSideBySide(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	_, _, offer := catalogtest.Sale(t, db, 100, 50)
	for n := range 20 {
		take(t, db, fmt.Sprintf("k%d", n), hold.Line{OfferID: offer, Qty: 2})
	}
	for n := range 20 {
		lapse(t, db, fmt.Sprintf("k%d", n))
	}
	var total int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
				n, err := hold.ExpireDue(t.Context(), tx, 100)
				mu.Lock()
				total += n
				mu.Unlock()
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if onHand, reserved := catalogtest.Stock(t, db, offer); total != 20 || onHand != 50 || reserved != 0 {
		t.Errorf("expired %d, on hand %d, reserved %d", total, onHand, reserved)
	}
}

// The shelf adds up whatever happens: free + held + sold is what was put there.
func TestStockAddsUp(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	rapid.Check(t, func(r *rapid.T) {
		shelf := rapid.IntRange(0, 6).Draw(r, "shelf")
		_, _, offer := catalogtest.Sale(t, db, 100, shelf)
		sold := 0
		key := func() string { return fmt.Sprintf("%d-%d", offer, rapid.IntRange(0, 3).Draw(r, "key")) }
		var err error
		step := func(do func() error) {
			if err = do(); err != nil && !errs.Is(err, errs.Conflict) {
				r.Fatal(err)
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"hold": func(r *rapid.T) {
				step(func() error {
					_, err := try(t, db, key(), hold.Line{OfferID: offer, Qty: rapid.IntRange(1, 3).Draw(r, "qty")})
					return err
				})
			},
			"release": func(*rapid.T) { step(func() error { return hold.Release(t.Context(), db, key()) }) },
			"extend": func(*rapid.T) {
				step(func() error { _, err := hold.Extend(t.Context(), db, key()); return err })
			},
			"lapse":  func(*rapid.T) { lapse(t, db, key()) },
			"expire": func(*rapid.T) { step(func() error { _, err := hold.ExpireDue(t.Context(), db, 10); return err }) },
			"rehold": func(*rapid.T) {
				step(func() error { _, err := hold.Retake(t.Context(), db, key(), ttl); return err })
			},
			"commit": func(*rapid.T) {
				k := key()
				info, ok, _ := hold.Find(t.Context(), db, k)
				step(func() error { return hold.Commit(t.Context(), db, k) })
				if err == nil && ok {
					sold += info.Lines[0].Qty
				}
			},
			"": func(r *rapid.T) {
				onHand, reserved := catalogtest.Stock(t, db, offer)
				var held int
				if err := db.QueryRow(t.Context(), `select coalesce(sum(qty), 0) from holds where offer_id = $1 and state = 'held'`,
					offer).Scan(&held); err != nil {
					r.Fatal(err)
				}
				if reserved != held || onHand+sold != shelf || reserved > onHand {
					r.Fatalf("shelf %d: on hand %d, reserved %d, held %d, sold %d", shelf, onHand, reserved, held, sold)
				}
			},
		})
	})
}
