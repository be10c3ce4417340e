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

// AddJobs registers the folding of old lines.
func AddJobs(r *jobs.Registry, db pg.DB) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[ForgetArgs]) error {
		_, err := Forget(ctx, db)
		return err
	})
	jobs.Every(r, 10*time.Minute, ForgetArgs{})
}
