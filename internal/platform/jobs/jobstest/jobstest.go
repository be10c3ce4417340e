// Package jobstest works jobs in the test's own goroutine: a test inserts through the code it tests, calls Run and
// looks at what the jobs have done, without a Runner and without waiting. Only _test.go files import it.
package jobstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// Queue is jobs.NewQueue for tests.
func Queue(t testing.TB, pool *pgxpool.Pool) *jobs.Queue {
	t.Helper()
	q, err := jobs.NewQueue(pool)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// Drain works every due job of the kinds (of all kinds if none is named), also those that jobs insert, and fails
// the test if one fails. It says how many it worked.
func Drain(t testing.TB, pool *pgxpool.Pool, r *jobs.Registry, kinds ...string) int {
	t.Helper()
	n, err := Run(t.Context(), pool, r, kinds...)
	if err != nil {
		t.Errorf("jobs: %v", err)
	}
	return n
}

// Run works every due job of the kinds and gives the errors of those that failed, each tried once and left to be
// retried, as the Runner would. Where no kind is named, standing work is done after them.
func Run(ctx context.Context, pool *pgxpool.Pool, r *jobs.Registry, kinds ...string) (n int, err error) {
	if len(kinds) > 0 {
		return run(ctx, pool, r, kinds)
	}
	n, err = run(ctx, pool, r, r.Kinds())
	did, more := r.WorkStanding(ctx)
	return n + did, errors.Join(err, more)
}

func run(ctx context.Context, pool *pgxpool.Pool, r *jobs.Registry, kinds []string) (n int, err error) {
	var failed error
	for {
		row, err := take(ctx, pool, kinds)
		if errors.Is(err, pgx.ErrNoRows) {
			return n, failed
		}
		if err != nil {
			return n, errors.Join(failed, err)
		}
		n++
		workErr := r.Work(ctx, row)
		if err := finish(ctx, pool, row, workErr); err != nil {
			return n, errors.Join(failed, err)
		}
		var snooze *river.JobSnoozeError
		if workErr != nil && !errors.As(workErr, &snooze) {
			failed = errors.Join(failed, fmt.Errorf("%s %s: %w", row.Kind, row.EncodedArgs, workErr))
		}
	}
}

// MakeDue brings every delayed or failed job of the kinds forward to now.
func MakeDue(t testing.TB, pool *pgxpool.Pool, kinds ...string) {
	t.Helper()
	_, err := pool.Exec(t.Context(), `
		update river_job set scheduled_at = now(), state = 'available'
		where kind = any($1) and state in ('available', 'scheduled', 'retryable')`, kinds)
	if err != nil {
		t.Fatal(err)
	}
}

// Inserted gives the arguments of every job of T's kind that still waits, oldest first.
func Inserted[T jobs.Args](t testing.TB, pool *pgxpool.Pool) []T {
	t.Helper()
	var zero T
	rows, err := pool.Query(t.Context(), `
		select args from river_job
		where kind = $1 and state in ('available', 'scheduled', 'retryable') order by id`, zero.Kind())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		t.Fatal(err)
	}
	var list []T
	for _, text := range texts {
		var args T
		if err := json.Unmarshal(text, &args); err != nil {
			t.Fatal(err)
		}
		list = append(list, args)
	}
	return list
}

func take(ctx context.Context, pool *pgxpool.Pool, kinds []string) (*rivertype.JobRow, error) {
	row := &rivertype.JobRow{State: rivertype.JobStateRunning, Queue: river.QueueDefault}
	err := pool.QueryRow(ctx, `
		update river_job set state = 'running', attempt = attempt + 1, attempted_at = now()
		where id = (
			select id from river_job
			where kind = any($1) and state in ('available', 'scheduled', 'retryable') and scheduled_at <= now()
			order by priority, scheduled_at, id
			for update skip locked limit 1)
		returning id, kind, args, attempt, max_attempts, scheduled_at, created_at`, kinds).
		Scan(&row.ID, &row.Kind, &row.EncodedArgs, &row.Attempt, &row.MaxAttempts, &row.ScheduledAt, &row.CreatedAt)
	return row, err
}

// finish records the outcome. A failed job waits a minute, so that one Run never tries it twice.
func finish(ctx context.Context, pool *pgxpool.Pool, row *rivertype.JobRow, workErr error) error {
	var cancel *river.JobCancelError
	var snooze *river.JobSnoozeError
	state, wait := rivertype.JobStateRetryable, "1 minute"
	switch {
	case workErr == nil:
		state = rivertype.JobStateCompleted
	case errors.As(workErr, &snooze):
		state, wait = rivertype.JobStateScheduled, fmt.Sprintf("%d milliseconds", snooze.Duration.Milliseconds())
	case errors.As(workErr, &cancel):
		state = rivertype.JobStateCancelled
	case row.Attempt >= row.MaxAttempts:
		state = rivertype.JobStateDiscarded
	}
	_, err := pool.Exec(ctx, `
		update river_job
		set state = $2::text::river_job_state,
			finalized_at = case when $2 in ('completed', 'cancelled', 'discarded') then now() end,
			scheduled_at = case when $2 in ('retryable', 'scheduled') then now() + $3::text::interval else scheduled_at end
		where id = $1`, row.ID, string(state), wait)
	return err
}
