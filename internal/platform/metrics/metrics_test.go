package metrics_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/metrics"
)

func page(t *testing.T, s *metrics.Set) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("/metrics answers %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func wants(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(text, line) {
			t.Errorf("no %q in:\n%s", line, text)
		}
	}
}

// An address is a visitor's own; only patterns and known methods may become metrics.
func TestRequestsAreCountedByPattern(t *testing.T) {
	t.Parallel()
	s := metrics.New("v1")
	r := chi.NewRouter()
	r.Use(metrics.Route)
	r.Get("/p/{product}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	h := s.Requests(r)
	for _, c := range []struct{ method, path string }{{"GET", "/p/anna@example.ru"}, {"GET", "/p/2"}, {"GET", "/secret"}, {"BREW", "/p/3"}} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), c.method, c.path, nil))
	}
	text := page(t, s)
	wants(t, text, `yarmarka_http_requests_total{method="GET",route="/p/{product}",status="418"} 2`,
		`yarmarka_http_requests_total{method="GET",route="none",status="404"} 1`,
		`yarmarka_http_request_duration_seconds_count{route="/p/{product}"}`, `yarmarka_build_info{go=`, `version="v1"`, "go_goroutines")
	for _, private := range []string{"anna", "secret", "BREW"} {
		if strings.Contains(text, private) {
			t.Errorf("%q came into the metrics", private)
		}
	}
}

func TestReadingsAreKeptForAWhile(t *testing.T) {
	t.Parallel()
	s := metrics.New("v1")
	n := 0
	s.Add(metrics.Reading{Name: "queue", Keep: time.Hour, Limit: time.Second, Read: func(context.Context) ([]metrics.Value, error) {
		n++
		return []metrics.Value{{Name: "yarmarka_x", Help: "X.", LabelName: "state", Label: "on", Value: 7}}, nil
	}})
	for range 3 {
		wants(t, page(t, s), `yarmarka_x{state="on"} 7`)
	}
	if n != 1 {
		t.Errorf("read %d times within the hour", n)
	}
}

// A figure that cannot be read is absent, so that an alert on its absence can ring.
func TestAFailedReadingIsCountedAndAbsent(t *testing.T) {
	t.Parallel()
	s := metrics.New("v1")
	s.Add(metrics.Reading{Name: "queue", Limit: time.Second, Read: func(context.Context) ([]metrics.Value, error) {
		return []metrics.Value{{Name: "yarmarka_x", Help: "X."}}, errors.New("no database")
	}})
	wants(t, page(t, s), `yarmarka_reading_failures_total{reading="queue"}`)
	text := page(t, s)
	if strings.Contains(text, "\nyarmarka_x ") {
		t.Error("a failed reading gave a value")
	}
}

func TestJobsAreCounted(t *testing.T) {
	t.Parallel()
	s := metrics.New("v1")
	s.Job("notify.send", time.Second, nil)
	s.Job("notify.send", time.Second, errors.New("no"))
	wants(t, page(t, s), `yarmarka_jobs_worked_total{kind="notify.send",outcome="done"} 1`,
		`yarmarka_jobs_worked_total{kind="notify.send",outcome="failed"} 1`, `yarmarka_jobs_worked_seconds_total{kind="notify.send"} 2`)
}
