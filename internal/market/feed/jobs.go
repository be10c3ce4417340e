package feed

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// RunArgs is the job that works one import.
type RunArgs struct {
	ImportID int64 `json:"import_id"`
}

// Kind names the job.
func (RunArgs) Kind() string { return "feed.run" }

// fetchArgs is the job that goes on one trip to a source's address.
type fetchArgs struct {
	FetchID int64 `json:"fetch_id"`
}

// Kind names the job.
func (fetchArgs) Kind() string { return "feed.fetch" }

// dueArgs is the job that looks for sources whose hour has come.
type dueArgs struct{}

// Kind names the job.
func (dueArgs) Kind() string { return "feed.due" }

// resumeArgs is the job that hands on the imports of workers that died.
type resumeArgs struct{}

// Kind names the job.
func (resumeArgs) Kind() string { return "feed.resume" }

// sweepArgs is the job that removes what imports left behind that are long over.
type sweepArgs struct{}

// Kind names the job.
func (sweepArgs) Kind() string { return "feed.sweep" }

// picturesArgs is the job that fetches pictures of new cards.
type picturesArgs struct{}

// Kind names the job.
func (picturesArgs) Kind() string { return "feed.pictures" }

// Enqueue makes the function New wants out of a queue.
func Enqueue(q *jobs.Queue) func(ctx context.Context, tx pgx.Tx, job jobs.Args) error {
	return func(ctx context.Context, tx pgx.Tx, job jobs.Args) error { return q.InsertTx(ctx, tx, job) }
}

// longest is how long one run may take: half a million offers need minutes, a slow disk more.
const longest = 2 * time.Hour

// Jobs says how the package's jobs are worked.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[RunArgs]) error { return s.Run(ctx, j.Args.ImportID) }, jobs.Timeout(longest))
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[fetchArgs]) error { return s.RunFetch(ctx, j.Args.FetchID) }, jobs.Timeout(10*time.Minute))
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[dueArgs]) error { return s.FetchDue(ctx) })
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[resumeArgs]) error { return s.Resume(ctx) })
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[picturesArgs]) error { return s.FetchPictures(ctx) }, jobs.Timeout(15*time.Minute))
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[sweepArgs]) error { return s.Sweep(ctx) })
	jobs.Every(r, 10*time.Minute, sweepArgs{})
	jobs.Every(r, 5*time.Minute, dueArgs{})
	jobs.Every(r, time.Minute, picturesArgs{})
	jobs.Every(r, time.Minute, resumeArgs{})
}
