package postal_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func candidates(t testing.TB, s *postal.Service, a postal.Ask) []postal.Candidate {
	t.Helper()
	list, err := s.Candidates(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// outcome is each service and why it lost, in order.
func outcome(list []postal.Candidate) [][2]any {
	var out [][2]any
	for _, c := range list {
		out = append(out, [2]any{c.Object, c.Lost})
	}
	return out
}

var packet = postal.Ask{Country: "DE", GrossGrams: 450, LengthMM: 200, WidthMM: 150, HeightMM: 80}

func TestCandidates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	for name, tt := range map[string]struct {
		change func(*postal.Ask)
		want   [][2]any
	}{
		"a small packet": {func(*postal.Ask) {}, [][2]any{{5011, ""}, {4031, "price"}, {7031, "price"}, {5001, "tracking"}, {4021, "uninsured"}, {7021, "uninsured"}}},
		"in a week":      {func(a *postal.Ask) { a.PromiseDays = 7 }, [][2]any{{7031, ""}, {5011, "days"}, {4031, "days"}, {5001, "tracking"}, {4021, "uninsured"}, {7021, "uninsured"}}},
		"insured":        {func(a *postal.Ask) { a.Insured = 1_000_000 }, [][2]any{{4021, ""}, {7021, "price"}, {5001, "tracking"}, {5011, "value"}, {4031, "value"}, {7031, "value"}}},
		"untracked":      {func(a *postal.Ask) { a.Untracked = true }, [][2]any{{5001, ""}, {5011, "price"}, {4031, "price"}, {7031, "price"}, {4021, "uninsured"}, {7021, "uninsured"}}},
		"heavy":          {func(a *postal.Ask) { a.GrossGrams = 25_000 }, [][2]any{{7031, ""}, {5001, "tracking"}, {5011, "weight"}, {4031, "weight"}, {4021, "uninsured"}, {7021, "uninsured"}}},
		"papers":         {func(a *postal.Ask) { a.Contents = "documents" }, [][2]any{{2011, ""}, {7031, "price"}, {2001, "tracking"}, {7021, "uninsured"}}},
		"nowhere":        {func(a *postal.Ask) { a.Country = "AQ" }, [][2]any{{5001, "closed"}, {5011, "closed"}, {4031, "closed"}, {4021, "closed"}, {7031, "closed"}, {7021, "closed"}}},
	} {
		a := packet
		tt.change(&a)
		list := candidates(t, w.Service, a)
		if diff := cmp.Diff(tt.want, outcome(list)); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
		for _, c := range list {
			if c.Fits() && (c.Price <= 0 || c.MaxDays < c.MinDays || c.MinDays <= 0 || c.AsOf.IsZero() || c.Stale || !c.Demonstration) {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
	for name, a := range map[string]postal.Ask{"no such country": {Country: "ZZ", GrossGrams: 1}, "at home": {Country: "RU", GrossGrams: 1}, "no weight": {Country: "DE"}} {
		if _, err := w.Candidates(t.Context(), a); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A country closed yesterday is closed, and was not the day before.
func TestACountryClosedYesterday(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	if list := candidates(t, w.Service, packet); list[0].Lost != "" {
		t.Fatalf("%+v", list[0])
	}
	w.stand.SetFaults(standin.Faults{Closed: []string{"DE"}})
	w.clock.move(25 * time.Hour)
	if list := candidates(t, w.Service, packet); list[0].Lost != postal.LostClosed {
		t.Errorf("%+v", list[0])
	}
	past := packet
	past.Day = day
	if list := candidates(t, w.another(), past); list[0].Lost == postal.LostClosed {
		t.Error("yesterday's ban forbids what was sent before")
	}
	rows, err := pg.Scalars[int](t.Context(), w.db, `select block from post_countries where country = 'DE' and service = 'parcel' order by valid_from`)
	if diff := cmp.Diff([]int{0, 1}, rows); err != nil || diff != "" {
		t.Errorf("%v -want +got\n%s", err, diff)
	}
	// Nothing changed elsewhere, so nothing is written twice.
	if n, err := pg.Scalar[int](t.Context(), w.db, `select count(*) from post_countries where country = 'FR'`); err != nil || n != 3 {
		t.Errorf("%d rows of France (%v)", n, err)
	}
}

// While the post is away its last prices are shown with their age; what it never told is said to be unknown; and
// nobody waits long.
func TestAPostThatIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	heavier := packet
	heavier.GrossGrams = 600
	before := candidates(t, w.Service, heavier)
	w.stand.SetFaults(standin.Faults{Down: []string{"tariff"}})
	w.clock.move(25 * time.Hour)
	s := w.another() // with nothing in memory
	list := candidates(t, s, packet)
	if !list[0].Stale || !list[0].AsOf.Equal(day) || list[0].Object != 5011 || list[0].Price != before[0].Price {
		t.Errorf("%+v", list[0])
	}
	dearest := packet
	dearest.GrossGrams = 1900
	for _, c := range candidates(t, s, dearest) {
		if c.Object == 5011 && c.Lost != postal.LostUnknown {
			t.Errorf("%+v", c)
		}
	}
	began := time.Now()
	for range 50 {
		candidates(t, s, packet)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("fifty shoppers waited %s", took)
	}
	if _, err := postal.New(w.db, postal.NewPost(postal.Config{}, w.clock.now), w.clock.now).Candidates(t.Context(), packet); errs.KeyOf(err) != "postal.unconfigured" {
		t.Errorf("a post that is not connected, and made-up prices in the database: %v", err)
	}
}

// A post that has never been reached has no terms to go by.
func TestAPostThatWasNeverThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{Faults: standin.Faults{Down: []string{"tariff"}}})
	if _, err := w.Candidates(t.Context(), packet); !postal.Down(err) {
		t.Error(err)
	}
	w.stand.SetFaults(standin.Faults{})
	w.clock.move(2 * time.Minute)
	if list := candidates(t, w.Service, packet); list[0].Lost != "" {
		t.Errorf("back again: %+v", list[0])
	}
}

// A price is asked for once a day, by however many shoppers and programs at once.
func TestPricesAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	first := candidates(t, w.Service, packet)
	w.stand.SetFaults(standin.Faults{Down: []string{"tariff"}})
	var wait sync.WaitGroup
	other := w.another()
	for i := range 20 {
		wait.Go(func() {
			s, a := w.Service, packet
			if i%2 == 0 {
				s = other
			}
			a.GrossGrams -= int64(i % 10) // the same step of weight
			if list, err := s.Candidates(t.Context(), a); err != nil || list[0].Stale || list[0].Price != first[0].Price {
				t.Errorf("%+v, %v", list, err)
			}
		})
	}
	wait.Wait()
}

// The day's requests are shared: two programs together never pass the limit, and the post's own count is believed.
func TestRequestsOfADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{Faults: standin.Faults{Limit: 60}})
	if err := w.LearnLimit(t.Context()); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wait sync.WaitGroup
	well, busy := 0, 0
	for _, s := range []*postal.Service{w.Service, w.another()} {
		for range 60 {
			wait.Go(func() {
				_, _, err := s.Post().Find(t.Context(), "Y-1")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					well++
				case errs.KeyOf(err) == "postal.busy":
					busy++
				default:
					t.Error(err)
				}
			})
		}
	}
	wait.Wait()
	used, err := pg.Scalar[int](t.Context(), w.db, `select used::int from post_requests where service = 'orders'`)
	if err != nil || used > 60 || well+busy != 120 || well > 60 || well < 40 {
		t.Errorf("%d went through, %d did not, %d are counted (%v)", well, busy, used, err)
	}
	// The post raises the limit, and a round of the job hears of it.
	w.stand.SetFaults(standin.Faults{Limit: 200})
	if err := w.LearnLimit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Post().Find(t.Context(), "Y-1"); err != nil {
		t.Errorf("with a higher limit: %v", err)
	}
}

// The post says that the day is over, though nobody knew of a limit: no program asks again before the next day.
func TestTheDayIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{Faults: standin.Faults{Limit: 3}})
	other := w.another()
	for i := range 30 {
		s := w.Service
		if i >= 10 {
			s = other
		}
		_, _, err := s.Post().Find(t.Context(), "Y-1")
		if want := i >= 3; errs.Is(err, errs.TooMany) != want {
			t.Fatalf("request %d: %v", i, err)
		}
	}
	used, err := pg.Scalar[int](t.Context(), w.db, `select used::int from post_requests where service = 'orders'`)
	if err != nil || used > 20 {
		t.Errorf("%d requests are counted (%v)", used, err)
	}
	w.stand.SetFaults(standin.Faults{})
	w.clock.move(24 * time.Hour)
	if _, _, err := other.Post().Find(t.Context(), "Y-1"); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

func TestWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	if list, err := w.Post().Withdrawn(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	w.stand.SetFaults(standin.Faults{Down: []string{"tariff"}})
	if _, err := w.Post().Withdrawn(t.Context()); !postal.Down(err) {
		t.Error(err)
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	if _, err := w.db.Exec(t.Context(), `insert into post_prices_abroad (object, country, weight_g, insured, demonstration, valid_from, asked_at, price, min_days, max_days)
		values (5011, 'DE', 450, 0, true, '2024-01-01', '2024-01-01', 1, 1, 1)`); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.Keep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	old, err := pg.Scalar[int](t.Context(), w.db, `select count(*) from post_prices_abroad`)
	if err != nil || old != 0 {
		t.Errorf("%d old prices (%v)", old, err)
	}
	countries, err := pg.Scalar[int](t.Context(), w.db, `select count(distinct country) from post_countries where demonstration`)
	if err != nil || countries < 240 {
		t.Errorf("%d countries (%v)", countries, err)
	}
	if err := postal.New(w.db, postal.NewPost(postal.Config{}, w.clock.now), w.clock.now).Keep(t.Context()); err != nil {
		t.Errorf("a post that is not connected: %v", err)
	}
}

func TestCheckPostcode(t *testing.T) {
	t.Parallel()
	for postcode, ok := range map[string]bool{"420015": true, "101000": true, "104000": false, "000000": false, "": false} {
		if err := postal.CheckPostcode(postcode); (err == nil) != ok {
			t.Errorf("%s: %v", postcode, err)
		}
	}
	w := newWorld(t, standin.Options{})
	o := anOrder("Y-1")
	o.Office = "104000"
	if _, err := w.Create(t.Context(), o); errs.KeyOf(err) != "postal.postcode" {
		t.Error(err)
	}
}

// BenchmarkCandidates is what a shopper's page costs once the prices are known.
func BenchmarkCandidates(b *testing.B) {
	w := newWorld(b, standin.Options{}, func(c *postal.Config) { c.Timeout = 5 * time.Second })
	candidates(b, w.Service, packet)
	for b.Loop() {
		candidates(b, w.Service, packet)
	}
}
