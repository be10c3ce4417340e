package rates

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// bank answers as it is told, and counts how often it was asked.
type bank struct {
	*httptest.Server
	asked  atomic.Int64
	answer atomic.Pointer[func(w http.ResponseWriter)]
}

func newBank(t *testing.T) *bank {
	t.Helper()
	b := &bank{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.asked.Add(1)
		if r.URL.Path != "/scripts/XML_daily.asp" {
			http.NotFound(w, r)
			return
		}
		(*b.answer.Load())(w)
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *bank) says(text string) {
	fn := func(w http.ResponseWriter) { _, _ = w.Write([]byte(text)) } // the client's own checks say the rest
	b.answer.Store(&fn)
}

func (b *bank) fails(status int) {
	fn := func(w http.ResponseWriter) { http.Error(w, "later", status) }
	b.answer.Store(&fn)
}

// of is the bank's file for another day and another price of the euro.
func of(t *testing.T, day, euro string) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/daily.xml")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("01.07.2026", day, "95,7793", euro).Replace(string(raw))
}

func newService(t *testing.T, b *bank, now *time.Time) *Service {
	t.Helper()
	c := NewClient(b.URL)
	c.pause = func(int) time.Duration { return time.Millisecond }
	return New(dbtest.New(t), c, func() time.Time { return *now })
}

func date(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

func euro(t *testing.T, s *Service, on string) (value int64, inForce string) {
	t.Helper()
	table, err := s.On(t.Context(), date(on))
	if err != nil {
		t.Fatal(err)
	}
	return table.Rates["EUR"].Value, table.Day.Format(time.DateOnly)
}

func TestRatesOfADayAreKeptAndTheLastOnesHoldOn(t *testing.T) {
	t.Parallel()
	b, now := newBank(t), date("2026-07-01").Add(9*time.Hour)
	s := newService(t, b, &now)
	if _, err := s.On(t.Context(), now); !errs.Is(err, errs.Unavailable) {
		t.Fatalf("an empty table gives %v", err)
	}
	b.says(of(t, "01.07.2026", "95,7793"))
	fetch(t, s, true)
	b.says(of(t, "04.07.2026", "96,5000")) // Friday's afternoon sets Saturday's
	now = date("2026-07-03").Add(14 * time.Hour)
	fetch(t, s, true)
	for on, want := range map[string]struct {
		value int64
		day   string
	}{"2026-07-01": {957793, "2026-07-01"}, "2026-07-03": {957793, "2026-07-01"}, "2026-07-04": {965000, "2026-07-04"}, "2026-07-06": {965000, "2026-07-04"}} {
		if value, inForce := euro(t, s, on); value != want.value || inForce != want.day {
			t.Errorf("on %s a euro costs %d by the table of %s, want %v", on, value, inForce, want)
		}
	}
	if _, err := s.On(t.Context(), date("2026-06-30")); !errs.Is(err, errs.Unavailable) {
		t.Errorf("before the first table: %v", err)
	}
	asked := b.asked.Load()
	fetch(t, s, false) // Saturday's are here: nobody is asked until then
	if b.asked.Load() != asked {
		t.Error("the bank was asked for what is known")
	}
}

func fetch(t *testing.T, s *Service, want bool) {
	t.Helper()
	fresh, err := s.Fetch(t.Context())
	if err != nil || fresh != want {
		t.Fatalf("fetched: %v, %v; want %v", fresh, err, want)
	}
}

// Whatever the bank answers instead of a file, the last rates stay and the next good file is taken.
func TestABadFileChangesNothing(t *testing.T) {
	t.Parallel()
	b, now := newBank(t), date("2026-07-01").Add(9*time.Hour)
	s := newService(t, b, &now)
	b.says(of(t, "01.07.2026", "95,7793"))
	fetch(t, s, true)
	now = date("2026-07-02").Add(9 * time.Hour)
	good := of(t, "02.07.2026", "97,0000")
	for name, answer := range map[string]func(){
		"down":      func() { b.fails(http.StatusServiceUnavailable) },
		"a page":    func() { b.says("<html>") },
		"empty":     func() { b.says("") },
		"cut off":   func() { b.says(good[:len(good)-40]) },
		"no XDR":    func() { b.says(strings.Replace(good, "XDR", "XXX", 1)) },
		"far ahead": func() { b.says(of(t, "02.09.2026", "97,0000")) },
	} {
		answer()
		if fresh, err := s.Fetch(t.Context()); err == nil || fresh {
			t.Errorf("%s: %v, %v", name, fresh, err)
		}
		if value, inForce := euro(t, s, "2026-07-02"); value != 957793 || inForce != "2026-07-01" {
			t.Fatalf("%s: the euro costs %d by the table of %s", name, value, inForce)
		}
	}
	b.says(of(t, "01.07.2026", "1,0000")) // a day old: known already, and no error
	fetch(t, s, false)
	if value, _ := euro(t, s, "2026-07-02"); value != 957793 {
		t.Errorf("a known day was overwritten: %d", value)
	}
	b.says(good)
	fetch(t, s, true)
	if value, _ := euro(t, s, "2026-07-02"); value != 970000 {
		t.Errorf("the good file was not taken: %d", value)
	}
}

func TestTheClientTriesAgainAndGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	b, now := newBank(t), date("2026-07-01").Add(9*time.Hour)
	s := newService(t, b, &now)
	good, left := of(t, "01.07.2026", "95,7793"), atomic.Int64{}
	left.Store(2)
	fn := func(w http.ResponseWriter) {
		if left.Add(-1) >= 0 {
			http.Error(w, "later", http.StatusBadGateway)
			return
		}
		_, _ = w.Write([]byte(good)) // as above
	}
	b.answer.Store(&fn)
	fetch(t, s, true)
	if n := b.asked.Load(); n != 3 {
		t.Errorf("asked %d times, want 3", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.client.Daily(ctx, now); err == nil {
		t.Error("a cancelled question was answered")
	}
}

func TestADayIsWrittenWhole(t *testing.T) {
	t.Parallel()
	now := date("2026-07-01").Add(9 * time.Hour)
	s := New(dbtest.New(t), nil, func() time.Time { return now })
	first := Table{Day: date("2026-07-01"), FetchedAt: now.UTC(), Source: "a", Rates: map[money.Currency]Rate{"EUR": {1, 1}, "XDR": {2, 1}, "USD": {3, 10}}}
	second := Table{Day: date("2026-07-01"), FetchedAt: now.Add(time.Hour).UTC(), Source: "b", Rates: map[money.Currency]Rate{"EUR": {4, 1}, "XDR": {2, 1}}}
	for _, table := range []Table{first, second, second} {
		if err := s.Save(t.Context(), table); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.On(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	got.FetchedAt = got.FetchedAt.UTC()
	if diff := cmp.Diff(second, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// In the afternoon the bank's file is tomorrow's: whoever has none of today asks for it by its day.
func TestTheFirstRatesAreTodaysToo(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		day := map[string]string{"": "24.11.2026", "23/11/2026": "21.11.2026"}[r.URL.Query().Get("date_req")]
		_, _ = w.Write([]byte(of(t, day, "90,0000"))) // the client's own checks say the rest
	}))
	t.Cleanup(server.Close)
	now := date("2026-11-23").Add(12 * time.Hour)
	s := newService(t, &bank{Server: server}, &now)
	if _, err := s.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	for on, want := range map[string]string{"2026-11-23": "2026-11-21", "2026-11-24": "2026-11-24"} {
		if _, inForce := euro(t, s, on); inForce != want {
			t.Errorf("on %s the rates of %s are in force, want %s", on, inForce, want)
		}
	}
}
