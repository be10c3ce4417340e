package moderation_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Thirty-two moderators take one request and judge it, some yes, some no, while its author takes it
// back: one of them decides, the change is applied at most once, and every other is told that it is
// taken or decided.
func TestRaceModerators(t *testing.T) {
	t.Parallel()
	const actors = 32
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	db := dbtest.New(t)
	var people [actors]int64
	for i := range people {
		people[i] = person(t, db, fmt.Sprintf("moderator-%d", i))
	}
	for round := range rounds {
		x := &target{version: 1}
		desk := moderation.New(db, time.Now, x.kind())
		r := propose(t, db, desk, int64(round+1), 5, false)
		gate, outcomes := make(chan struct{}), [actors]error{}
		var wg sync.WaitGroup
		for i, me := range people {
			wg.Go(func() {
				<-gate
				switch i % 4 {
				case 0:
					outcomes[i] = desk.Reject(t.Context(), me, r.ID, "K01", "стоп")
				case 1:
					outcomes[i] = pg.InTx(t.Context(), db, func(tx pgx.Tx) error { return desk.Cancel(t.Context(), tx, r.SellerID, r.ID) })
				default:
					outcomes[i] = desk.Approve(t.Context(), me, r.ID)
				}
			})
		}
		close(gate)
		wg.Wait()
		decided, approved := 0, 0
		for i, err := range outcomes {
			switch {
			case err == nil && i%4 > 1:
				decided, approved = decided+1, approved+1
			case err == nil:
				decided++
			case !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.NotFound):
				t.Fatalf("round %d, actor %d: %v", round, i, err)
			}
		}
		if decided != 1 || len(x.applied) != approved {
			t.Fatalf("round %d: decided %d times, approved %d, applied %d", round, decided, approved, len(x.applied))
		}
		got, err := desk.Get(t.Context(), r.ID)
		if err != nil || (got.Status == moderation.Approved) != (approved == 1) {
			t.Fatalf("round %d: it is %s after %d approvals, %v", round, got.Status, approved, err)
		}
	}
}
