package postal_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

func orders(from, n int) []postal.Order {
	list := make([]postal.Order, n)
	for i := range list {
		list[i] = anOrder(fmt.Sprintf("Y-%d", from+i))
	}
	return list
}

// Orders are filed together, each once; what the post refuses, or nobody could ask it, does not keep the others, and who
// asks again is told the same.
func TestOrdersAreFiledTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	alone, err := w.Create(t.Context(), anOrder("Y-3"))
	if err != nil {
		t.Fatal(err)
	}
	list := orders(0, 8)
	list[1].Number = ""
	list[5].Customs = nil // the post does not take that
	first := w.CreateAll(t.Context(), list)
	for i, x := range first {
		switch _, refused := x.Err.(*postal.Refusal); {
		case i == 1:
			if !errs.Is(x.Err, errs.Invalid) {
				t.Errorf("an order without a number: %v", x.Err)
			}
		case i == 5:
			if !refused && x.Err == nil {
				t.Error("an order without its declaration is filed")
			}
		case x.Err != nil || x.Number != list[i].Number || x.ID == 0:
			t.Errorf("%s: %+v, %v", list[i].Number, x.Filed, x.Err)
		}
	}
	if first[3].Barcode != alone.Barcode || first[3].ID != alone.ID {
		t.Errorf("%+v, and alone %+v", first[3].Filed, alone)
	}
	for i, x := range w.CreateAll(t.Context(), list) {
		if x.Barcode != first[i].Barcode || x.ID != first[i].ID {
			t.Errorf("%s: %+v, then %+v", list[i].Number, first[i].Filed, x.Filed)
		}
	}
	if n := w.stand.State(); n.Items != 6 || n.Removed != 0 {
		t.Errorf("the post has %+v", n)
	}
}

// However badly the post behaves, and though several file the same orders at once, each ends as one order there.
func TestOrdersAreFiledTogetherThroughTrouble(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{Faults: standin.Faults{Errors: 200, Timeouts: 100, Garbage: 100}},
		func(c *postal.Config) { c.Timeout, c.Settle = 60*time.Millisecond, 20*time.Millisecond })
	var wait sync.WaitGroup
	for side := range 3 {
		wait.Go(func() {
			list := orders(10*side, 30) // each overlaps with the next
			for range 60 {
				var left []postal.Order
				for i, x := range w.CreateAll(t.Context(), list) {
					if x.Err != nil {
						left = append(left, list[i])
					}
				}
				if list = left; len(list) == 0 {
					return
				}
				w.clock.move(3 * time.Second) // past the fuse's rest
			}
			t.Errorf("%d orders are not filed", len(list))
		})
	}
	wait.Wait()
	if n := w.stand.State(); n.Items != 50 || n.Numbers != 50 {
		t.Errorf("the post has %+v, want 50", n)
	}
}
