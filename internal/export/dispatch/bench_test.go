package dispatch

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkPaidToPapers is the way from a paid order to papers that can be printed, with the stand-in for the post; the
// limit is 2 s for 95 of 100.
func BenchmarkPaidToPapers(b *testing.B) {
	w := newWorld(b)
	var took []time.Duration
	for b.Loop() {
		p := w.paid("DE")
		began := time.Now()
		w.must(w.Decide(b.Context(), p.ID))
		w.must(w.Order(b.Context(), p.ID))
		w.must(w.Print(b.Context(), p.ID))
		took = append(took, time.Since(began))
		w.is(p, Ready)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms-p95")
}
