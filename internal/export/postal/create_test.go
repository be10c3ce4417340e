package postal_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Sixteen at once with one number: the post has one order, and all are told of it.
func TestCreateOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	var wait sync.WaitGroup
	filed := make([]postal.Filed, 16)
	for i := range filed {
		wait.Go(func() {
			var err error
			if filed[i], err = w.Create(t.Context(), anOrder("Y-1")); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for _, f := range filed {
		if f.ID != filed[0].ID || f.Barcode != filed[0].Barcode || f.ID == 0 {
			t.Errorf("%+v and %+v", f, filed[0])
		}
	}
	if n := w.stand.State(); n.Items != 1 || n.Removed != 0 {
		t.Errorf("the post has %+v", n)
	}
}

// However badly the post behaves, each number ends as one order there and the same one here: errors and time-outs
// before and after the work is done, answers cut off, several callers for each.
func TestCreateThroughTrouble(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{Faults: standin.Faults{Errors: 150, Timeouts: 100, Garbage: 80}},
		func(c *postal.Config) { c.Timeout, c.Settle = 60*time.Millisecond, 20*time.Millisecond })
	const numbers, callers = 40, 3
	var mu sync.Mutex
	barcodes := map[s10.Number]string{}
	var wait sync.WaitGroup
	for n := range numbers {
		for range callers {
			wait.Go(func() {
				number := fmt.Sprintf("Y-%d", n)
				f := insist(t, w, anOrder(number))
				mu.Lock()
				defer mu.Unlock()
				if other, taken := barcodes[f.Barcode]; taken && other != number {
					t.Errorf("%s and %s have the item number %s", other, number, f.Barcode)
				}
				barcodes[f.Barcode] = number
			})
		}
	}
	wait.Wait()
	n := w.stand.State()
	if len(barcodes) != numbers || n.Items != numbers || n.Numbers != numbers {
		t.Errorf("%d item numbers here, the post has %+v", len(barcodes), n)
	}
	t.Logf("orders removed as doubles: %d", n.Removed)
}

// insist calls until the order is filed, as a job does.
func insist(t *testing.T, w *world, o postal.Order) postal.Filed {
	for range 60 {
		f, err := w.Create(t.Context(), o)
		if err == nil {
			return f
		}
		if !postal.Down(err) {
			t.Errorf("%s: %v", o.Number, err)
			return f
		}
		w.clock.move(time.Second) // the fuse's rest
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%s is never filed", o.Number)
	return postal.Filed{}
}

// The answer is lost after the order was made: it is found, not made again.
func TestCreateAfterALostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{Faults: standin.Faults{Down: []string{"orders"}}})
	if _, err := w.Create(t.Context(), anOrder("Y-1")); !postal.Down(err) {
		t.Fatalf("a post that is down: %v", err)
	}
	// The post got the order all the same, by another way than ours.
	w.stand.SetFaults(standin.Faults{})
	made, err := w.elsewhere(t).Create(t.Context(), anOrder("Y-1"))
	if err != nil {
		t.Fatal(err)
	}
	w.clock.move(time.Minute)
	f, err := w.Create(t.Context(), anOrder("Y-1"))
	if err != nil || f.Barcode != made.Barcode || f.ID != made.ID {
		t.Errorf("%+v, want %+v (%v)", f, made, err)
	}
	if n := w.stand.State(); n.Items != 1 || n.Removed != 0 {
		t.Errorf("the post has %+v", n)
	}
}

// A program that dies holding a claim leaves the number to the next one, which finds what was done.
func TestCreateAfterADeath(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	if _, err := w.db.Exec(t.Context(), `insert into post_orders (number, claim, claimed_until) values ('Y-1', 'dead', $1)`, day.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	made, err := w.elsewhere(t).Create(t.Context(), anOrder("Y-1"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := w.Create(ctx, anOrder("Y-1")); !postal.Down(err) {
		t.Errorf("a claim that another holds: %v", err)
	}
	w.clock.move(2 * time.Minute)
	f, err := w.Create(t.Context(), anOrder("Y-1"))
	if err != nil || f.Barcode != made.Barcode {
		t.Errorf("%+v, want %+v (%v)", f, made, err)
	}
}

// A number of the post's that another order has is never believed.
func TestCreateWithAnotherOrdersNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	f, err := w.Create(t.Context(), anOrder("Y-1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.Exec(t.Context(), `update post_orders set number = 'Y-0' where number = 'Y-1'`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.Exec(t.Context(), `insert into post_orders (number, claim, claimed_until) values ('Y-1', 'x', $1)`, day.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Create(t.Context(), anOrder("Y-1")); errs.KeyOf(err) != "postal.number" {
		t.Errorf("%s is given to a second order: %v", f.Barcode, err)
	}
}

func TestCreateNeedsANumberAndAPost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{}, func(c *postal.Config) { c.Token = "" })
	if _, err := w.Create(t.Context(), anOrder("Y-1")); errs.KeyOf(err) != "postal.unconfigured" {
		t.Error(err)
	}
	if _, err := w.Create(t.Context(), anOrder("")); !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
}
