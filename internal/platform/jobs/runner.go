package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// worker is one kind's function with its options, as River wants it.
type worker[T Args] struct {
	river.WorkerDefaults[T]
	workOptions
	registry *Registry
	work     func(context.Context, *Job[T]) error
}

// Timeout is asked by who begins a job and by who looks for jobs that nobody works: of a dead one no more time is waited for.
func (w *worker[T]) Timeout(job *Job[T]) time.Duration {
	if dead(job.JobRow) {
		return min(w.timeout, RescueAfter)
	}
	return w.timeout
}

func (w *worker[T]) Work(ctx context.Context, job *Job[T]) error {
	if b := w.registry.beat; b != nil && w.timeout >= RescueAfter {
		alive, stop := b.during(ctx, job.JobRow)
		defer stop()
		ctx = alive
	}
	began := time.Now()
	err := w.work(ctx, job)
	var snooze *river.JobSnoozeError
	later := errors.As(err, &snooze)
	if w.registry.observe != nil && !later {
		w.registry.observe(job.Kind, time.Since(began), err)
	}
	if err == nil || w.giveUp == nil || later {
		return err
	}
	var cancel *river.JobCancelError
	if job.Attempt < job.MaxAttempts && !errors.As(err, &cancel) {
		return err
	}
	// The job's own time may be up; telling a person must not fail with it.
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), JobTimeout/4)
	defer done()
	return errors.Join(err, w.giveUp(ctx, job.JobRow, err))
}

// Options say how a Runner works.
type Options struct {
	Workers int // jobs at work at once, 0: 4
	// PollOnly is for a database behind a transaction pooler, where notifications do not arrive.
	PollOnly bool
	Log      *slog.Logger // nil: slog.Default
	// BeatEvery is how often a job that may take long says that it lives, 0: every half a minute.
	BeatEvery time.Duration
	// StopWithin is how long Stop lets jobs finish before it cancels them, 0: 20 s.
	StopWithin time.Duration
}

// Runner works the jobs of a Registry. Any number of programs may run one on the same database.
type Runner struct {
	client   *river.Client[pgx.Tx]
	registry *Registry
	options  Options
	crew     *crew // while it runs
}

// NewRunner makes a Runner; it does nothing before Start.
func NewRunner(pool *pgxpool.Pool, r *Registry, o Options) (*Runner, error) {
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.StopWithin == 0 {
		o.StopWithin = 20 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	r.beat = &beat{pool: pool, every: cmp.Or(o.BeatEvery, beatEvery), log: o.Log}
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Workers}},
		Workers:              r.workers,
		PeriodicJobs:         r.periodic,
		MaxAttempts:          MaxAttempts,
		JobTimeout:           JobTimeout,
		RescueStuckJobsAfter: RescueAfter,
		SoftStopTimeout:      o.StopWithin,
		PollOnly:             o.PollOnly,
		Logger:               slog.New(quiet{o.Log.Handler()}),
	})
	if err != nil {
		return nil, fmt.Errorf("the job runner: %w", err)
	}
	return &Runner{client: client, registry: r, options: o}, nil
}

// Start begins to work. Ending ctx does not stop it: Stop does.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("starting the job runner: %w", err)
	}
	r.crew = startCrew(ctx, r.registry, r.options.Log)
	return nil
}

// Stop takes no new jobs and waits for those at work; a job that is cut off is worked again later.
func (r *Runner) Stop(ctx context.Context) error {
	standing := make(chan struct{})
	go func() {
		defer close(standing)
		if r.crew != nil {
			r.crew.end(ctx, r.options.StopWithin)
		}
	}()
	err := r.stopJobs(ctx)
	<-standing
	return err
}

func (r *Runner) stopJobs(ctx context.Context) error {
	err := r.client.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		return r.client.StopAndCancel(ctx)
	}
	return err
}
