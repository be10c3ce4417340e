package pagecache

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ForgetArgs asks for Forget.
type ForgetArgs struct{}

// Kind names the job.
func (ForgetArgs) Kind() string { return "pagecache.forget" }

// FoldArgs asks for FoldLists.
type FoldArgs struct{}

// Kind names the job.
func (FoldArgs) Kind() string { return "pagecache.fold" }

// AddJobs registers the folding of old lines, and of those of lists.
func AddJobs(r *jobs.Registry, db pg.DB) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[ForgetArgs]) error {
		_, err := Forget(ctx, db)
		return err
	})
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[FoldArgs]) error {
		_, err := FoldLists(ctx, db)
		return err
	})
	jobs.Every(r, 10*time.Minute, ForgetArgs{})
	jobs.Every(r, 30*time.Second, FoldArgs{})
}
