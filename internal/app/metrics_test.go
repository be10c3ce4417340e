package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
)

// figures reads what /metrics tells.
func (s *site) figuresPage() string {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.metrics.Handler().ServeHTTP(w, httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		s.t.Fatalf("/metrics answers %d", w.Code)
	}
	return w.Body.String()
}

var (
	ours       = regexp.MustCompile(`\b(?:yarmarka|go|process)_[a-z0-9_]+\b`)
	histograms = regexp.MustCompile(`_(bucket|sum|count)$`)
)

// Every metric that an alert or a reader's text names is there: a rule on a metric that does not exist never rings.
func TestEveryMetricOfTheAlertsExists(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../ops/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var rules struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(raw, &rules); err != nil {
		t.Fatal(err)
	}
	s := newSite(t)
	s.get("/")
	s.metrics.Job("notify.send", 0, nil)
	page, seen := s.figuresPage(), map[string]bool{}
	for _, group := range rules.Groups {
		for _, rule := range group.Rules {
			if rule.Annotations["summary"] == "" || rule.Annotations["do"] == "" || rule.Labels["severity"] == "" || seen[rule.Alert] {
				t.Errorf("%s: an alert has one name, a severity, a summary and what to do", rule.Alert)
			}
			seen[rule.Alert] = true
			for _, name := range ours.FindAllString(rule.Expr+rule.Annotations["summary"]+rule.Annotations["do"], -1) {
				if name == "yarmarka_certificate_expiry_timestamp_seconds" { // only where the public address is https
					continue
				}
				if !strings.Contains(page, "# TYPE "+histograms.ReplaceAllString(name, "")+" ") {
					t.Errorf("%s: there is no metric %s", rule.Alert, name)
				}
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d alerts", len(seen))
	}
}

// Each book notices when somebody makes it wrong.
func TestDriftIsSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	catalogtest.Sale(t, w.db, 100, 5)
	for check, wrong := range map[string]string{
		"reserved":           `update offer_stock set reserved = 1 where offer_id = (select max(offer_id) from offer_stock)`,
		"money":              `update orders set paid_at = now() where id = (select min(id) from orders where paid_at is null)`,
		"paid_without_money": `update purchases set paid_at = now() where id = (select min(id) from purchases where paid_at is null)`,
		"refunds":            `update orders set refunded = 1 where id = (select max(id) from orders)`,
	} {
		before := one[int64](w.site, books[check])
		if before != 0 {
			t.Errorf("%s: %d before anything is wrong", check, before)
		}
		if _, err := w.db.Exec(t.Context(), wrong); err != nil {
			t.Fatal(err)
		}
		if one[int64](w.site, books[check]) == 0 {
			t.Errorf("%s does not see %s", check, wrong)
		}
	}
	if page := w.figuresPage(); !strings.Contains(page, `yarmarka_drift{check="reserved"} 1`) {
		t.Error("the drift is not in /metrics")
	}
}

// The count of orders is right however often it is asked, and after its floor has moved on.
func TestOrdersAreCountedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tally := &tally{db: w.db}
	count := func() float64 {
		values, err := tally.read(context.WithoutCancel(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			if v.Label == "placed" {
				return v.Value
			}
		}
		return -1
	}
	want := float64(one[int64](w.site, `select count(*) from purchases`))
	for i := range 3 {
		if got := count(); got != want || want == 0 {
			t.Errorf("question %d: %v placed, want %v", i, got, want)
		}
		if _, err := w.db.Exec(t.Context(), `update purchases set placed_at = placed_at - interval '1 hour'`); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhoMayReadMetrics(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, env, token, given, from, forwarded string
		want                                     int
	}{
		{"this machine in development", "development", "", "", "127.0.0.1:5", "", 200},
		{"another machine in development", "development", "", "", "192.0.2.1:5", "", 404},
		{"a proxy on this machine", "development", "", "", "127.0.0.1:5", "192.0.2.1", 404},
		{"this machine in production", "production", "", "", "127.0.0.1:5", "", 404},
		{"with the token", "production", "s3cret", "Bearer s3cret", "192.0.2.1:5", "", 200},
		{"with another", "production", "s3cret", "Bearer s3cres", "127.0.0.1:5", "", 401},
		{"without", "development", "s3cret", "", "127.0.0.1:5", "", 401},
	} {
		p := &program{Config: Config{Env: tt.env, MetricsKey: tt.token}}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
		r.RemoteAddr = tt.from
		if tt.given != "" {
			r.Header.Set("Authorization", tt.given)
		}
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		w := httptest.NewRecorder()
		p.guardedMetrics(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
		if w.Code != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, w.Code, tt.want)
		}
	}
}
