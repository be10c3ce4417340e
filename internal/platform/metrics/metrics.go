// Package metrics is what the program tells Prometheus about itself: requests by route, the connection pool, jobs at
// work, the Go runtime, and readings that are taken when somebody asks and kept for a while, so that asking often
// costs nothing. It knows no business: what to read is handed in. No metric has a label that comes from a visitor.
package metrics

import (
	"net/http"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Set is everything one program measures. The zero value does not work: use New.
type Set struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
	jobs     *prometheus.CounterVec
	jobTime  *prometheus.CounterVec
	faults   *prometheus.CounterVec
}

// buckets of request durations in seconds, close together around the promises: 50 ms for pages, 1 s for orders.
var buckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// New makes a Set with the runtime and the build in it. Version names the build.
func New(version string) *Set {
	s := &Set{
		registry: prometheus.NewRegistry(),
		requests: counters("yarmarka_http_requests_total", "Requests answered.", "method", "route", "status"),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "yarmarka_http_request_duration_seconds",
			Help: "Time from a request's arrival to the end of its answer.", Buckets: buckets}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "yarmarka_http_requests_in_flight", Help: "Requests at work now."}),
		jobs:     counters("yarmarka_jobs_worked_total", "Attempts at background jobs.", "kind", "outcome"),
		jobTime:  counters("yarmarka_jobs_worked_seconds_total", "Time spent on background jobs.", "kind"),
		faults:   counters("yarmarka_reading_failures_total", "Readings for this page that failed.", "reading"),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "yarmarka_build_info", Help: "Which build this is; always 1.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()}})
	build.Set(1)
	s.registry.MustRegister(s.requests, s.duration, s.inFlight, s.jobs, s.jobTime, s.faults, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return s
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// Handler answers with every metric in Prometheus' text format.
func (s *Set) Handler() http.Handler {
	return promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 20 * time.Second})
}

// Job notes one attempt at a background job; it is what jobs.Options.Observe asks for.
func (s *Set) Job(kind string, took time.Duration, err error) {
	outcome := "done"
	if err != nil {
		outcome = "failed"
	}
	s.jobs.WithLabelValues(kind, outcome).Inc()
	s.jobTime.WithLabelValues(kind).Add(took.Seconds())
}

// Pool measures the connections of a pool.
func (s *Set) Pool(pool *pgxpool.Pool) {
	gauge := func(name, help string, read func(*pgxpool.Stat) float64) {
		s.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return read(pool.Stat()) }))
	}
	counter := func(name, help string, read func(*pgxpool.Stat) float64) {
		s.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return read(pool.Stat()) }))
	}
	gauge("yarmarka_db_connections_max", "Database connections the program may open.", func(p *pgxpool.Stat) float64 { return float64(p.MaxConns()) })
	gauge("yarmarka_db_connections_open", "Database connections open.", func(p *pgxpool.Stat) float64 { return float64(p.TotalConns()) })
	gauge("yarmarka_db_connections_busy", "Database connections in use.", func(p *pgxpool.Stat) float64 { return float64(p.AcquiredConns()) })
	counter("yarmarka_db_waits_total", "Times a connection had to be waited for.", func(p *pgxpool.Stat) float64 { return float64(p.EmptyAcquireCount()) })
	counter("yarmarka_db_wait_seconds_total", "Time spent waiting for connections.", func(p *pgxpool.Stat) float64 { return p.EmptyAcquireWaitTime().Seconds() })
	counter("yarmarka_db_wait_given_up_total", "Waits for a connection that were given up.", func(p *pgxpool.Stat) float64 { return float64(p.CanceledAcquireCount()) })
}
