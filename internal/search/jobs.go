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

const refreshEvery = time.Hour

// AddJobs registers the hourly count of words.
func (s *Service) AddJobs(r *jobs.Registry) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[RefreshArgs]) error { return RefreshDue(ctx, s.db) }, jobs.Timeout(10*time.Minute))
	jobs.Every(r, refreshEvery, RefreshArgs{})
}
