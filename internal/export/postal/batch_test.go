package postal_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
)

// A batch of more items than one answer holds is read whole, each with its own declaration, while the post fails as it does.
func TestABatchIsReadWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{Step: time.Minute, Hang: time.Millisecond})
	const items = 203
	ids, filed := make([]int64, items), map[int64]postal.Filed{}
	for i := range ids {
		f, err := w.Create(t.Context(), anOrder(fmt.Sprintf("Y-%d", i)))
		if err != nil {
			t.Fatal(err)
		}
		ids[i], filed[f.ID] = f.ID, f
	}
	batches, err := w.Post().Ship(t.Context(), ids, w.clock.now())
	if err != nil || len(batches) != 1 {
		t.Fatalf("%d batches, %v", len(batches), err)
	}
	if err := w.Post().CheckIn(t.Context(), batches[0].Name); err != nil {
		t.Fatal(err)
	}
	if err := w.stand.Push(time.Hour); err != nil {
		t.Fatal(err)
	}
	w.stand.SetFaults(standin.Faults{Errors: 100, Timeouts: 50})
	var list []postal.Filed
	for try := 0; ; try++ {
		if list, err = w.Post().InBatch(t.Context(), batches[0].Name); err == nil || !postal.Down(err) || try == 20 {
			break
		}
	}
	if err != nil || len(list) != items {
		t.Fatalf("%d items, %v", len(list), err)
	}
	for _, got := range list {
		want := filed[got.ID]
		if got.Number != want.Number || got.Barcode != want.Barcode || got.Batch != batches[0].Name ||
			got.Declaration.Status != postal.DeclarationDone || got.Declaration.Registration == "" || got.Declaration.Barcode != want.Barcode {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if _, err := w.Post().InBatch(t.Context(), "nobody's"); err == nil {
		t.Error("a batch that is not there has items")
	}
}
