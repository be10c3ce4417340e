package catalog

import (
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// A drain that has no more time stops between two batches, says so, and leaves the rest to the next.
func TestADrainThatIsOverLeavesTheRest(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := New(db, time.Now)
	if _, err := db.Exec(t.Context(), `insert into product_changes (product_id) select generate_series(1, $1)`, drainBatch+100); err != nil {
		t.Fatal(err)
	}
	if n, left, err := s.drainUntil(t.Context(), func() bool { return true }); err != nil || n != drainBatch || !left {
		t.Errorf("%d cards, left: %v, %v", n, left, err)
	}
	if n, err := s.DrainIndex(t.Context()); err != nil || n != 100 {
		t.Errorf("%d cards, %v", n, err)
	}
}
