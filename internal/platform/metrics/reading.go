package metrics

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Value is one metric of a reading. Label is the value of the metric's only label, where it has one.
type Value struct {
	Name, Help string
	LabelName  string
	Label      string
	Value      float64
	Counter    bool // it only grows
}

// Reading takes several values at once, such as one query's row.
type Reading struct {
	Name  string        // for the log and for yarmarka_reading_failures_total
	Keep  time.Duration // how long what was read answers further questions
	Limit time.Duration // how long it may take
	Read  func(ctx context.Context) ([]Value, error)
}

// Add takes readings when the page is asked for, each at most once per Keep. A reading that fails leaves out its
// values, for a stale figure would hide the failure, and is counted.
func (s *Set) Add(readings ...Reading) {
	for _, r := range readings {
		s.faults.WithLabelValues(r.Name)
		s.registry.MustRegister(&kept{Reading: r, fault: s.faults.WithLabelValues(r.Name)})
	}
}

// kept is a Reading with what it gave last.
type kept struct {
	Reading
	fault prometheus.Counter

	mu     sync.Mutex
	at     time.Time
	values []Value
}

// Describe says nothing, which makes it an unchecked collector: its metrics are known once they are read.
func (*kept) Describe(chan<- *prometheus.Desc) {}

// Collect gives what is kept, reading anew when that is too old.
func (k *kept) Collect(out chan<- prometheus.Metric) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at.IsZero() || time.Since(k.at) >= k.Keep {
		k.refresh()
	}
	for _, v := range k.values {
		kind := prometheus.GaugeValue
		if v.Counter {
			kind = prometheus.CounterValue
		}
		var names, labels []string
		if v.LabelName != "" {
			names, labels = []string{v.LabelName}, []string{v.Label}
		}
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc(v.Name, v.Help, names, nil), kind, v.Value, labels...)
	}
}

func (k *kept) refresh() {
	ctx, cancel := context.WithTimeout(context.Background(), k.Limit)
	defer cancel()
	values, err := k.Read(ctx)
	k.at, k.values = time.Now(), values
	if err != nil {
		k.values = nil
		k.fault.Inc()
		slog.Warn("a reading for /metrics failed", "reading", k.Name, "err", err)
	}
}
