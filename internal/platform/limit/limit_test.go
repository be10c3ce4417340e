package limit_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

var rule = limit.Rule{Name: "test", Burst: 3, Per: 3 * time.Minute}

// clock is a time that stands still until it is moved.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time       { return time.Unix(0, c.at.Load()) }
func (c *clock) move(d time.Duration) { c.at.Add(int64(d)) }

func TestTake(t *testing.T) {
	t.Parallel()
	clock := newClock()
	l := limit.New(dbtest.New(t), clock.now)
	take := func(subject string) error { return l.Take(t.Context(), rule, subject) }
	for i := range 3 {
		if err := take("anna"); err != nil {
			t.Fatalf("act %d: %v", i+1, err)
		}
	}
	err := take("anna")
	if !errs.Is(err, errs.TooMany) || errs.KeyOf(err) != "limit.soon" {
		t.Fatalf("the fourth act at once: %v, want TooMany limit.soon", err)
	}
	if err := take("boris"); err != nil {
		t.Errorf("another subject: %v", err)
	}
	clock.move(time.Minute)
	if err := take("anna"); err != nil {
		t.Errorf("after a third of the time: %v, want one act back", err)
	}
	if err := take("anna"); !errs.Is(err, errs.TooMany) {
		t.Errorf("and a second one: %v, want TooMany", err)
	}
	if err := l.Return(t.Context(), rule, "anna"); err != nil {
		t.Fatal(err)
	}
	if err := take("anna"); err != nil {
		t.Errorf("after one was returned: %v", err)
	}
	if err := l.Forget(t.Context(), rule, "anna"); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := take("anna"); err != nil {
			t.Errorf("after all was forgotten, act %d: %v", i+1, err)
		}
	}
}

// What is counted is carried out in the same statement, and what is refused is not.
func TestTakeFor(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	if _, err := db.Exec(t.Context(), `create table acts (id bigint generated always as identity, who text)`); err != nil {
		t.Fatal(err)
	}
	l := limit.New(db, newClock().now)
	act := func() (int64, error) {
		return l.TakeFor(t.Context(), rule, "anna", `insert into acts (who) select @who::text`, pg.Args{"who": "anna"})
	}
	var granted, refused atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			switch id, err := act(); {
			case err == nil && id > 0:
				granted.Add(1)
			case errs.Is(err, errs.TooMany) && id == 0:
				refused.Add(1)
			default:
				t.Error(id, err)
			}
		})
	}
	wg.Wait()
	var written int
	if err := db.QueryRow(t.Context(), `select count(*)::int from acts where who = 'anna'`).Scan(&written); err != nil {
		t.Fatal(err)
	}
	if granted.Load() != 3 || refused.Load() != 13 || written != 3 {
		t.Errorf("granted %d, refused %d, carried out %d; want 3, 13 and 3", granted.Load(), refused.Load(), written)
	}
}

func TestSweepKeepsWhatHoldsBack(t *testing.T) {
	t.Parallel()
	clock := newClock()
	l := limit.New(dbtest.New(t), clock.now)
	for _, subject := range []string{"anna", "boris"} {
		if err := l.Take(t.Context(), rule, subject); err != nil {
			t.Fatal(err)
		}
		clock.move(50 * time.Second)
	}
	// Anna's minute is over, Boris's is not.
	if n, err := l.Sweep(t.Context()); err != nil || n != 1 {
		t.Errorf("Sweep = %d, %v; want 1", n, err)
	}
}

// However many ask at once, no more than the burst is granted.
func TestTakeRace(t *testing.T) {
	t.Parallel()
	l := limit.New(dbtest.New(t), newClock().now)
	var granted, refused atomic.Int64
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			switch err := l.Take(t.Context(), rule, "anna"); {
			case err == nil:
				granted.Add(1)
			case errs.Is(err, errs.TooMany):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if granted.Load() != 3 || refused.Load() != 29 {
		t.Errorf("granted %d, refused %d; want 3 and 29", granted.Load(), refused.Load())
	}
}
