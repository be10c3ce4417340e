package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/limit"
)

// A program at one address that searches or uploads without end is told to wait, in the visitor's language; everybody else
// is served meanwhile, and so is whoever comes through a proxy that nobody told us of.
func TestCase99SearchingAndUploadingWithoutEnd(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	const other, inside = "203.0.113.10:1", "10.0.0.9:1"
	ask := func(from, path string) reply { return w.do(call{method: http.MethodGet, path: path, from: from}) }
	upload := func(from, path string) reply {
		return w.do(call{method: http.MethodPost, path: path, from: from, raw: "--b--\r\n",
			header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}})
	}
	for i, tt := range []struct {
		what, ru, en string
		ask          func(from, path string) reply
	}{
		{"search.client", "/search?q=самовар+", "/en/search?q=samovar+", ask},
		{"search.client", "/suggest?q=самовар+", "/en/suggest?q=samovar+", ask},
		{"upload.client", "/seller/imports", "/en/seller/imports", upload},
	} {
		client := fmt.Sprintf("203.0.113.%d", i+20)
		greedy := client + ":1"
		w.exec(`delete from rate_limits`)
		if got := tt.ask(greedy, tt.ru+"1"); got.StatusCode == http.StatusTooManyRequests {
			t.Fatalf("%s is refused at once", tt.ru)
		}
		if n := one[int64](w, `select count(*) from rate_limits where key like 'search.%'`); n != 0 {
			t.Errorf("an ordinary visitor's search is written down %d times", n)
		}
		// Both counters stand a day ahead: what is given back while the test runs would let a slow machine through.
		w.searched.mu.Lock()
		w.searched.due[client] = w.m.now().Add(24 * time.Hour)
		w.searched.mu.Unlock()
		tt.ask(greedy, tt.ru+"2")
		w.exec(`update rate_limits set due_at = now() + interval '1 day' where key like $1`, tt.what+"%")
		for path, word := range map[string]string{tt.ru + "3": "попробуйте", tt.en + "3": "try"} {
			got := tt.ask(greedy, path)
			if got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") == "" || !strings.Contains(strings.ToLower(got.body), word) {
				t.Errorf("%s without end answers %d, Retry-After %q: %.300s", path, got.StatusCode, got.Header.Get("Retry-After"), got.body)
			}
			for _, from := range []string{other, inside} {
				if got := tt.ask(from, path+"4"); got.StatusCode == http.StatusTooManyRequests {
					t.Errorf("%s from %s waits for another", path, from)
				}
			}
		}
	}
}

// However many clients come, what is counted in memory is bounded, and whom it has no room for it does not grant.
func TestPace(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	pace := newPace(limit.Rule{Burst: 2, Per: 2 * time.Minute}, 2)
	for i, step := range []struct {
		who   string
		after time.Duration
		want  bool
	}{{"anna", 0, true}, {"anna", 0, true}, {"anna", 0, false}, {"boris", 0, true}, {"vera", 0, false}, // there is room for two
		{"anna", time.Minute, true}, {"anna", 0, false}, {"vera", 0, true}, // boris is owed nothing any more
		{"anna", time.Hour, true}, {"anna", 0, true}, {"anna", 0, false}} {
		at = at.Add(step.after)
		if got := pace.take(step.who, at); got != step.want {
			t.Errorf("step %d, %s: %v", i, step.who, got)
		}
	}
	if len(pace.due) > 2 {
		t.Errorf("%d clients are remembered", len(pace.due))
	}
}
