package pagecache

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// Whatever transactions run side by side, and however lines are folded meanwhile: once somebody has looked, every topic
// that a committed transaction spoke of since a moment is known to have changed, and none that nobody spoke of.
func TestAWatchMissesNoChange(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	topics := []string{"card:1", "card:2", "shop:1", "tree", "category:3"}
	w := NewWatch(db)
	look := func() {
		if err := w.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		open := map[int]pgx.Tx{}
		defer func() {
			for _, tx := range open {
				_ = tx.Rollback(context.Background()) // what is left over was never committed
			}
		}()
		spoken, since := map[int][]string{}, map[string]int64{}
		changed := map[string]bool{}
		look()
		for _, topic := range topics {
			since[topic] = w.Now()
		}
		for range rapid.IntRange(5, 25).Draw(rt, "steps") {
			at := rapid.IntRange(0, 2).Draw(rt, "transaction")
			switch rapid.SampledFrom([]string{"write", "write", "end", "age", "fold", "look"}).Draw(rt, "step") {
			case "write":
				if open[at] == nil {
					tx, err := db.Begin(t.Context())
					if err != nil {
						rt.Fatal(err)
					}
					open[at] = tx
				}
				topic := rapid.SampledFrom(topics).Draw(rt, "topic")
				if err := Change(t.Context(), open[at], topic); err != nil {
					rt.Fatal(err)
				}
				spoken[at] = append(spoken[at], topic)
			case "end":
				if open[at] == nil {
					continue
				}
				if rapid.Bool().Draw(rt, "commits") {
					if err := open[at].Commit(t.Context()); err != nil {
						rt.Fatal(err)
					}
					for _, topic := range spoken[at] {
						changed[topic] = true
					}
				} else if err := open[at].Rollback(t.Context()); err != nil {
					rt.Fatal(err)
				}
				delete(open, at)
				delete(spoken, at)
			case "age":
				if _, err := db.Exec(t.Context(), `update page_changes set at = at - interval '3 hours'`); err != nil {
					rt.Fatal(err)
				}
			case "fold":
				if _, err := Forget(t.Context(), db); err != nil {
					rt.Fatal(err)
				}
			case "look":
				look()
				for _, topic := range topics {
					same := w.Same(since[topic], []string{topic})
					if same == changed[topic] {
						rt.Fatalf("%s: changed %v, known to be the same %v", topic, changed[topic], same)
					}
					since[topic] = w.Now()
				}
				clear(changed)
			}
		}
	})
}

// Where more has changed than a look goes through, nothing is known to be the same; afterwards it is again.
func TestAWatchThatCannotKeepUpSaysSo(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	w := NewWatch(db)
	look := func() int64 {
		if err := w.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		return w.Now()
	}
	before := look()
	many := make([]string, maxNews)
	for i := range many {
		many[i] = fmt.Sprint("card:", i)
	}
	if err := Change(t.Context(), db, many...); err != nil {
		t.Fatal(err)
	}
	look()
	if w.Same(before, []string{"card:100000"}) {
		t.Error("something is known of a topic although not all lines were read")
	}
	// Until the transactions end that others had under way then, in any database of the cluster, those lines are met again.
	for deadline := time.Now().Add(20 * time.Second); ; {
		if after := look(); look() == after && w.Same(after, []string{"card:1", "card:100000"}) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("what was read since is not known to be the same")
		}
	}
}

// A value that a watch speaks for is made once, and anew after each change, however many ask for it at once.
func TestAWatchedMemoIsNeverOld(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	w, stamps, m := NewWatch(db), NewStamps(db), NewMemo[int, int](10, time.Now)
	var mu sync.Mutex
	shown, made := 0, 0
	get := func() int {
		if err := w.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		f, err := m.GetWatched(t.Context(), w, stamps, 1, func() (f Fact[int], err error) {
			f.Topics = []string{"tree", "card:1"}
			f.Stamp, err = stamps.Of(t.Context(), f.Topics)
			mu.Lock()
			defer mu.Unlock()
			f.Value, made = shown, made+1
			return f, err
		})
		if err != nil {
			t.Fatal(err)
		}
		return f.Value
	}
	for n := range 5 {
		mu.Lock()
		shown = n
		mu.Unlock()
		if err := Change(t.Context(), db, "card:1"); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if got := get(); got != n {
					t.Errorf("shows %d, want %d", got, n)
				}
			})
		}
		all.Wait()
		before := made
		if get(); made != before {
			t.Error("made again without a change")
		}
		if err := Change(t.Context(), db, "card:2"); err != nil {
			t.Fatal(err)
		}
		if get(); made != before {
			t.Error("made again for a change of something else")
		}
	}
}
