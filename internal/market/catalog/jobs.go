package catalog

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// IndexArgs asks for DrainIndex.
type IndexArgs struct{}

// Kind names the job.
func (IndexArgs) Kind() string { return "catalog.index" }

// SheetArgs asks for a round of WriteSheets.
type SheetArgs struct{}

// Kind names the job.
func (SheetArgs) Kind() string { return "catalog.sheets" }

// How often the sweeps run when nobody wakes them.
const (
	indexEvery  = 10 * time.Second
	indexFor    = 30 * time.Second // a rule's edit moves more cards than one job has the time for: it goes on, and does not fail
	sheetsEvery = 15 * time.Second
)

// AddJobs registers the package's work and lets the service wake it through the queue.
func (s *Service) AddJobs(r *jobs.Registry, q *jobs.Queue) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[IndexArgs]) error {
		until := s.now().Add(indexFor)
		_, left, err := s.drainUntil(ctx, func() bool { return !s.now().Before(until) })
		if err == nil && left {
			return jobs.Later(time.Second)
		}
		return err
	})
	sheets := s.sheetRounds()
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[SheetArgs]) error { return sheets(ctx) })
	pagecache.AddJobs(r, s.db)
	jobs.Every(r, indexEvery, IndexArgs{})
	jobs.Every(r, sheetsEvery, SheetArgs{})
	s.Wake = func(ctx context.Context, tx pg.DB) error {
		t, ok := tx.(pgx.Tx)
		if !ok {
			return nil // outside a transaction the periodic sweep does it
		}
		return q.InsertTx(ctx, t, IndexArgs{}, jobs.Once())
	}
}
