package search

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// RefreshArgs asks for Refresh.
type RefreshArgs struct{}

// Kind names the job.
func (RefreshArgs) Kind() string { return "search.refresh" }

// ShelvesArgs asks for WriteShelves.
type ShelvesArgs struct{}

// Kind names the job.
func (ShelvesArgs) Kind() string { return "search.shelves" }

const (
	refreshEvery = time.Hour
	shelvesEvery = time.Minute

	// shelvesTries is few, to leave what lastingly fails to the next minute's job: one that waited for its last attempts would keep
	// every shelf waiting for hours.
	shelvesTries = 3
)

// AddJobs registers the hourly count of words and the making of shelves.
func (s *Service) AddJobs(r *jobs.Registry) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[RefreshArgs]) error { return RefreshDue(ctx, s.db) }, jobs.Timeout(10*time.Minute))
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[ShelvesArgs]) error {
		_, err := s.WriteShelves(ctx)
		return err
	}, jobs.Timeout(5*time.Minute))
	jobs.Every(r, refreshEvery, RefreshArgs{})
	jobs.Every(r, shelvesEvery, ShelvesArgs{}, jobs.Attempts(shelvesTries))
}
