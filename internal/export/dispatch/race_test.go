package dispatch

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Two people press the button at once: one batch, one signature for each parcel.
func TestSigningTwiceAtOnceSignsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var numbers []string
	for range 3 {
		p := w.ready("DE")
		w.must(w.Weigh(t.Context(), w.staff(), p.Number, packed))
		numbers = append(numbers, p.Number)
	}
	var wg sync.WaitGroup
	var won atomic.Int64
	for range 4 {
		who := w.staff()
		wg.Go(func() {
			switch _, err := w.Sign(t.Context(), who, numbers); {
			case err == nil:
				won.Add(1)
			case !errs.Is(err, errs.Conflict):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d signed, want 1", won.Load())
	}
	w.work()
	if n := w.number(`select count(*) from export_batches`); n != 1 {
		t.Errorf("%d batches, want 1", n)
	}
	if n := w.number(`select count(*) from export_parcel_events where to_state = 'signed'`); n != 3 {
		t.Errorf("%d signatures, want 3", n)
	}
	if n := w.post.State().Batches; n != 1 {
		t.Errorf("%d batches at the post, want 1", n)
	}
}

// Two workers at one step, as after a program that only seemed dead: the post has one item, the parcel one number.
func TestTwoWorkersOneStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.paid("DE")
	for _, step := range []func() error{
		func() error { return w.Decide(t.Context(), p.ID) },
		func() error { return w.Order(t.Context(), p.ID) },
		func() error { return w.Print(t.Context(), p.ID) },
	} {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := step(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	w.is(p, Ready)
	for what, sql := range map[string]string{
		"decisions": `select count(*) from export_decisions where kind = 'parcel' and number = $1`,
		"moves":     `select count(*) - 3 from export_parcel_events e join export_parcels p on p.id = e.parcel_id where p.number = $1 and e.kind = 'move'`,
		"papers":    `select count(*) from export_parcel_events e join export_parcels p on p.id = e.parcel_id where p.number = $1 and e.kind = 'papers'`,
	} {
		if n := w.number(sql, p.Number); n != 1 {
			t.Errorf("%d %s, want 1", n, what)
		}
	}
	if n := w.post.State().Items; n != 1 {
		t.Errorf("%d items at the post, want 1", n)
	}
}
