package order

import (
	"sync/atomic"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// BenchmarkPlace measures purchases a second: hold taken before, two sellers, many buyers at once.
func BenchmarkPlace(bm *testing.B) {
	b := newBench(bm)
	const shelf = 1 << 20
	_, _, one := catalogtest.Sale(bm, b.pool, 100000, shelf)
	_, _, two := catalogtest.Sale(bm, b.pool, 200000, shelf)
	type attempt struct {
		u     Buyer
		key   string
		d     Draft
		total int64
	}
	attempts := make([]attempt, bm.N)
	for i := range attempts {
		u := b.guest()
		b.fill(u, 1, one, two)
		key, d, total := b.ready(u)
		attempts[i] = attempt{u, key, d, int64(total)}
	}
	var next atomic.Int64
	bm.SetParallelism(8)
	bm.ResetTimer()
	bm.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			a := attempts[next.Add(1)-1]
			if _, err := b.Place(bm.Context(), a.u, a.key, a.d, money.Amount(a.total)); err != nil {
				bm.Error(err)
			}
		}
	})
	bm.ReportMetric(float64(bm.N)/bm.Elapsed().Seconds(), "purchases/s")
}
