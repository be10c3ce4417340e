// Package jobs is background work on the house's own PostgreSQL, by River. A job is inserted in the transaction
// that causes it, so that it exists exactly if its cause does; a Runner in `serve` or `work` carries it out, at
// least once, and tries again after an error up to MaxAttempts. Modules say in a Registry which function works
// which arguments. The package owns River's tables and knows no module.
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// Args are a job's arguments: a struct that JSON carries, whose method Kind names the job for ever.
type Args = river.JobArgs

// Job is one job at work: its arguments, number and attempt (1 for the first).
type Job[T Args] = river.Job[T]

// MaxAttempts is the most often any job is tried. River waits attempt⁴ seconds in between, so the 13th attempt
// begins 16.9 hours after the first, still within the 24 hours a payment provider remembers an idempotency key;
// a 14th could pay twice. A job that failed 13 times is given up and needs a person.
const MaxAttempts = 13

// Limits on a job and on how long a killed program's job looks as if it were running.
const (
	JobTimeout  = time.Minute
	RescueAfter = 2 * time.Minute // and up to half a minute until somebody looks
)

// Queue inserts jobs. Every service that causes background work has it.
type Queue struct {
	client *river.Client[pgx.Tx]
}

// NewQueue makes a Queue that inserts through pool.
func NewQueue(pool *pgxpool.Pool) (*Queue, error) {
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{MaxAttempts: MaxAttempts})
	if err != nil {
		return nil, fmt.Errorf("the job queue: %w", err)
	}
	return &Queue{client}, nil
}

// InsertTx adds a job to the transaction: it will be worked once the transaction has committed.
func (q *Queue) InsertTx(ctx context.Context, tx pgx.Tx, args Args, opts ...Option) error {
	_, err := q.client.InsertTx(ctx, tx, args, insertOpts(args, opts))
	return err
}

// copyFrom is how many jobs make a copy worth its three round trips; fewer go in by one insert.
const copyFrom = 50

// InsertManyTx is InsertTx for many jobs in one statement.
func (q *Queue) InsertManyTx(ctx context.Context, tx pgx.Tx, list []Args, opts ...Option) error {
	if len(list) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(list))
	for i, args := range list {
		params[i] = river.InsertManyParams{Args: args, InsertOpts: insertOpts(args, opts)}
	}
	if len(params) <= copyFrom {
		_, err := q.client.InsertManyTx(ctx, tx, params)
		return err
	}
	_, err := q.client.InsertManyFastTx(ctx, tx, params)
	return err
}

// Insert adds a job by itself, for what no transaction causes.
func (q *Queue) Insert(ctx context.Context, args Args, opts ...Option) error {
	_, err := q.client.Insert(ctx, args, insertOpts(args, opts))
	return err
}

// Option changes how one job is inserted.
type Option func(*river.InsertOpts)

// At delays the job until then.
func At(then time.Time) Option { return func(o *river.InsertOpts) { o.ScheduledAt = then } }

// Attempts lowers the number of tries; more than MaxAttempts are never made.
func Attempts(n int) Option { return func(o *river.InsertOpts) { o.MaxAttempts = n } }

// Low puts the job behind those inserted without it.
func Low() Option { return func(o *river.InsertOpts) { o.Priority = 4 } }

// Once inserts nothing while a job with the same kind and arguments waits or runs. Mind that a running one may
// have read its data already: it fits sweeps, which come round again, not "this row has changed".
func Once() Option {
	return func(o *river.InsertOpts) { o.UniqueOpts = unique() }
}

// oncePer is Once for which a job counts, too, that was done in the same period.
func oncePer(period time.Duration) Option {
	return func(o *river.InsertOpts) {
		o.UniqueOpts = unique()
		o.UniqueOpts.ByPeriod = period
		o.UniqueOpts.ByState = append(o.UniqueOpts.ByState, rivertype.JobStateCompleted)
	}
}

func unique() river.UniqueOpts {
	return river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
		rivertype.JobStateRetryable, rivertype.JobStateScheduled,
	}}
}

// insertOpts puts together the arguments' own wishes and the options, within MaxAttempts.
func insertOpts(args Args, opts []Option) *river.InsertOpts {
	var o river.InsertOpts
	if own, ok := args.(river.JobArgsWithInsertOpts); ok {
		o = own.InsertOpts()
	}
	for _, opt := range opts {
		opt(&o)
	}
	if o.MaxAttempts <= 0 || o.MaxAttempts > MaxAttempts {
		o.MaxAttempts = MaxAttempts
	}
	return &o
}

// Cancel says that a job has failed for good: it is not tried again.
func Cancel(err error) error { return river.JobCancel(err) }

// Later says that a job's time has not come: it is worked again after the pause, without counting as an attempt.
func Later(pause time.Duration) error { return river.JobSnooze(pause) }

// Registry holds what works each kind of job, and which jobs come round by themselves. The zero value does not
// work: use NewRegistry.
type Registry struct {
	workers  *river.Workers
	periodic []*river.PeriodicJob
	standing []standing
	run      map[string]func(context.Context, *rivertype.JobRow) error
	observe  func(kind string, took time.Duration, err error)
	beat     *beat // of the Runner
}

// Observe lets fn know of every attempt at a job; set it before the first one.
func (r *Registry) Observe(fn func(kind string, took time.Duration, err error)) { r.observe = fn }

// NewRegistry makes an empty Registry.
func NewRegistry() *Registry {
	return &Registry{workers: river.NewWorkers(), run: map[string]func(context.Context, *rivertype.JobRow) error{}}
}

// Add says that work carries out the jobs of T's kind. It must expect to be run more than once for one job. Adding
// a kind twice is a mistake of the program and panics.
func Add[T Args](r *Registry, work func(context.Context, *Job[T]) error, opts ...WorkOption) {
	w := &worker[T]{registry: r, work: work, workOptions: workOptions{timeout: JobTimeout}}
	for _, opt := range opts {
		opt(&w.workOptions)
	}
	river.AddWorker(r.workers, w)
	var zero T
	r.run[zero.Kind()] = func(ctx context.Context, row *rivertype.JobRow) error {
		job := &Job[T]{JobRow: row}
		if err := json.Unmarshal(row.EncodedArgs, &job.Args); err != nil {
			return err
		}
		return w.Work(ctx, job)
	}
}

// Every inserts the job when the program starts and then once per interval, however many programs run; never a
// second one while one waits or runs. What comes round once a day or less often is not done again by a start on the
// same day.
func Every(r *Registry, interval time.Duration, args Args, opts ...Option) {
	once := Once()
	if interval >= 24*time.Hour {
		once = oncePer(interval)
	}
	r.periodic = append(r.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) {
			return args, insertOpts(args, append([]Option{once}, opts...))
		},
		&river.PeriodicJobOpts{RunOnStart: true}))
}

// Kinds lists the registered kinds, for tests and for the operator's page.
func (r *Registry) Kinds() []string {
	kinds := make([]string, 0, len(r.run))
	for kind := range r.run {
		kinds = append(kinds, kind)
	}
	return kinds
}

// Work carries out one job in the caller's goroutine, for jobstest.
func (r *Registry) Work(ctx context.Context, row *rivertype.JobRow) error {
	run, ok := r.run[row.Kind]
	if !ok {
		return fmt.Errorf("nothing works the job %q", row.Kind)
	}
	return run(ctx, row)
}

// WorkOption changes how one kind of job is worked.
type WorkOption func(*workOptions)

type workOptions struct {
	timeout time.Duration
	giveUp  func(ctx context.Context, row *rivertype.JobRow, err error) error
}

// Timeout gives a kind longer (or shorter) than JobTimeout. However long it is, the job of a program that was killed
// is worked again after RescueAfter.
func Timeout(d time.Duration) WorkOption { return func(o *workOptions) { o.timeout = d } }

// GiveUp runs fn when the last attempt has failed, so that a person learns of it: "needs reconciling".
func GiveUp(fn func(ctx context.Context, row *rivertype.JobRow, err error) error) WorkOption {
	return func(o *workOptions) { o.giveUp = fn }
}
