package dispatch

import (
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Steps that find the post left alone after it went dead wait, and use up none of their tries: however many orders come
// while the post is away, none is given up for it.
func TestALeftAlonePostCostsNoTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post.SetFaults(standin.Faults{Down: []string{"orders"}})
	var list []Parcel
	for range 12 { // more than it takes to find out
		list = append(list, w.paid("DE"))
	}
	if _, err := w.run(); err != nil {
		t.Logf("steps that met the dead post: %v", err)
	}
	put := w.number(`select count(*) from river_job where kind = 'export_decide' and state = 'scheduled' and scheduled_at > now() and errors is null`)
	if put == 0 {
		t.Error("every step asked a dead post")
	}
	w.post.SetFaults(standin.Faults{})
	w.shift.Add(int64(2 * time.Minute)) // longer than any rest
	_, err := pg.Exec(t.Context(), w.db, `update river_job set scheduled_at = now() where state in ('retryable', 'scheduled')`)
	w.must(err)
	w.work()
	for _, p := range list {
		w.is(p, Ready)
	}
}
