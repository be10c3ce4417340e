package order

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// shelf is stock that no benchmark empties.
const shelf = 1 << 20

// programPool is a fresh database behind the pool the program itself would open.
func programPool(bm *testing.B) *pgxpool.Pool {
	bm.Helper()
	pool, err := pg.Open(bm.Context(), dbtest.URL(bm), pg.Options{})
	if err != nil {
		bm.Fatal(err)
	}
	bm.Cleanup(pool.Close)
	return pool
}

// crowd runs do b.N times on 32 goroutines and reports the rate under a name.
func crowd(bm *testing.B, what string, do func(i int) error) {
	bm.Helper()
	var next atomic.Int64
	bm.SetParallelism(16) // times GOMAXPROCS: 32 on two cores
	bm.ResetTimer()
	bm.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := do(int(next.Add(1) - 1)); err != nil {
				bm.Error(err)
			}
		}
	})
	bm.StopTimer()
	bm.ReportMetric(float64(bm.N)/bm.Elapsed().Seconds(), what+"/s")
}

// BenchmarkPlace measures purchases a second: goods of two sellers, held before, 32 buyers at once.
func BenchmarkPlace(bm *testing.B) {
	b := newBenchOn(bm, programPool(bm))
	_, _, one := catalogtest.Sale(bm, b.pool, 100000, shelf)
	_, _, two := catalogtest.Sale(bm, b.pool, 200000, shelf)
	type attempt struct {
		u     Buyer
		key   string
		d     checkout.Draft
		total money.Amount
	}
	attempts := make([]attempt, bm.N)
	for i := range attempts {
		u := b.guest()
		b.fill(u, 1, one, two)
		key, d, total := b.ready(u)
		attempts[i] = attempt{u, key, d, total}
	}
	if _, err := b.pool.Exec(bm.Context(), `vacuum analyze`); err != nil {
		bm.Fatal(err)
	}
	crowd(bm, "purchases", func(i int) error {
		a := attempts[i]
		_, err := b.Place(bm.Context(), a.u, a.key, a.d, a.total)
		return err
	})
}

// BenchmarkHotOffer measures how often a second one offer can be held when everybody wants it. A
// tenth of the buyers come too late, so that exactly the stock is held at the end.
func BenchmarkHotOffer(bm *testing.B) {
	pool := programPool(bm)
	stock := bm.N - bm.N/10
	_, _, offer := catalogtest.Sale(bm, pool, 100000, max(stock, 1))
	var held atomic.Int64
	line := []hold.Line{{OfferID: offer, Qty: 1}}
	crowd(bm, "holds", func(i int) error {
		return pg.InTx(bm.Context(), pool, func(tx pgx.Tx) error {
			short, err := hold.Take(bm.Context(), tx, fmt.Sprintf("buyer-%d", i), line, 10*time.Minute)
			if err == nil && len(short) == 0 {
				held.Add(1)
			}
			return err
		})
	})
	if _, reserved := catalogtest.Stock(bm, pool, offer); reserved != max(stock, 1) || int(held.Load()) != reserved {
		bm.Errorf("stock %d, reserved %d, told %d buyers that it is theirs", stock, reserved, held.Load())
	}
}
