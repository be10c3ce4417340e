package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs/jobstest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "test.greet" }

type stubborn struct{}

func (stubborn) Kind() string { return "test.stubborn" }

func (stubborn) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 100} }

func inTx(t *testing.T, pool *pgxpool.Pool, fn func(tx pgx.Tx) error) error {
	t.Helper()
	return pg.InTx(t.Context(), pool, fn)
}

func TestAJobExistsExactlyIfItsCauseDoes(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	q := jobstest.Queue(t, pool)
	var worked []string
	reg := jobs.NewRegistry()
	jobs.Add(reg, func(_ context.Context, job *jobs.Job[greet]) error {
		worked = append(worked, job.Args.Name)
		return nil
	})
	rolledBack := errors.New("rolled back")
	err := inTx(t, pool, func(tx pgx.Tx) error {
		return errors.Join(q.InsertTx(t.Context(), tx, greet{"никто"}), rolledBack)
	})
	if !errors.Is(err, rolledBack) {
		t.Fatal(err)
	}
	err = inTx(t, pool, func(tx pgx.Tx) error {
		return q.InsertManyTx(t.Context(), tx, []jobs.Args{greet{"Анна"}, greet{"Борис"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	jobstest.Drain(t, pool, reg)
	if diff := cmp.Diff([]string{"Анна", "Борис"}, worked); diff != "" {
		t.Errorf("worked (-want +got):\n%s", diff)
	}
}

func TestOnceInsertsNoSecondWaitingJob(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	q := jobstest.Queue(t, pool)
	for _, name := range []string{"Анна", "Анна", "Борис"} {
		if err := q.Insert(t.Context(), greet{name}, jobs.Once()); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]greet{{"Анна"}, {"Борис"}}, jobstest.Inserted[greet](t, pool)); diff != "" {
		t.Errorf("inserted (-want +got):\n%s", diff)
	}
}

func TestNoJobIsTriedMoreThanMaxAttempts(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	q := jobstest.Queue(t, pool)
	if err := q.Insert(t.Context(), stubborn{}); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	var gaveUp []error
	reg := jobs.NewRegistry()
	jobs.Add(reg, func(context.Context, *jobs.Job[stubborn]) error { return broken },
		jobs.GiveUp(func(_ context.Context, _ *rivertype.JobRow, err error) error {
			gaveUp = append(gaveUp, err)
			return nil
		}))
	tries := 0
	for range 20 {
		n, err := jobstest.Run(t.Context(), pool, reg)
		if n > 0 && !errors.Is(err, broken) {
			t.Fatalf("err = %v, want the job's own", err)
		}
		tries += n
		jobstest.MakeDue(t, pool, "test.stubborn")
	}
	if tries != jobs.MaxAttempts {
		t.Errorf("tried %d times, want %d", tries, jobs.MaxAttempts)
	}
	if len(gaveUp) != 1 || !errors.Is(gaveUp[0], broken) {
		t.Errorf("gave up %v, want once, with the job's error", gaveUp)
	}
}

// A provider forgets an idempotency key after 24 hours: the last attempt must begin well before.
func TestTheLastAttemptBeginsWithinADay(t *testing.T) {
	t.Parallel()
	policy := &river.DefaultClientRetryPolicy{}
	var passed time.Duration
	now := time.Now()
	row := &rivertype.JobRow{AttemptedAt: &now}
	for attempt := 1; attempt < jobs.MaxAttempts; attempt++ {
		row.Attempt = attempt
		passed += time.Until(policy.NextRetry(row))
		row.Errors = append(row.Errors, rivertype.AttemptError{Attempt: attempt})
	}
	if passed > 20*time.Hour || passed < 10*time.Hour {
		t.Errorf("the last attempt begins after %s", passed)
	}
}

func TestRunnerWorksAndStops(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	q := jobstest.Queue(t, pool)
	var round atomic.Int32
	done := make(chan string, 1)
	reg := jobs.NewRegistry()
	jobs.Add(reg, func(_ context.Context, job *jobs.Job[greet]) error {
		done <- job.Args.Name
		return nil
	})
	jobs.Add(reg, func(context.Context, *jobs.Job[stubborn]) error {
		round.Add(1)
		return nil
	})
	jobs.Every(reg, time.Hour, stubborn{})
	runner, err := jobs.NewRunner(pool, reg, jobs.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := q.Insert(t.Context(), greet{"Анна"}); err != nil {
		t.Fatal(err)
	}
	select {
	case name := <-done:
		if name != "Анна" {
			t.Errorf("worked %q", name)
		}
	case <-time.After(time.Minute):
		t.Fatal("the job was not worked")
	}
	for deadline := time.Now().Add(time.Minute); round.Load() == 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if round.Load() == 0 {
		t.Error("the periodic job was not worked at the start")
	}
	if err := runner.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// A program that was killed leaves its job looking as if it were at work; it must not look so for River's own hour,
// nor for the hours that the job may take.
func TestAKilledProgramsJobIsWorkedAgain(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]jobs.WorkOption{"short": nil, "long": {jobs.Timeout(2 * time.Hour)}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := dbtest.New(t)
			q := jobstest.Queue(t, pool)
			if err := q.Insert(t.Context(), greet{"Анна"}); err != nil {
				t.Fatal(err)
			}
			_, err := pool.Exec(t.Context(), `
				update river_job set state = 'running', attempt = 1, attempted_by = '{gone}', attempted_at = now() - $1::interval`,
				jobs.RescueAfter+time.Second)
			if err != nil {
				t.Fatal(err)
			}
			again := make(chan int, 1)
			reg := jobs.NewRegistry()
			jobs.Add(reg, func(_ context.Context, job *jobs.Job[greet]) error {
				again <- job.Attempt
				return nil
			}, opts...)
			startRunner(t, pool, reg, jobs.Options{})
			select {
			case attempt := <-again:
				if attempt != 2 {
					t.Errorf("worked as attempt %d, want 2", attempt)
				}
			case <-time.After(time.Minute):
				t.Error("the job was not rescued")
			}
		})
	}
}

// A long job that lives is not taken for dead, and stops once it was.
func TestALongJobSaysThatItLives(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	begun, ended := make(chan struct{}), make(chan error, 1)
	reg := jobs.NewRegistry()
	jobs.Add(reg, func(ctx context.Context, job *jobs.Job[greet]) error {
		if job.Attempt > 1 {
			return nil
		}
		close(begun)
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return ctx.Err()
	}, jobs.Timeout(2*time.Hour))
	startRunner(t, pool, reg, jobs.Options{BeatEvery: 10 * time.Millisecond})
	if err := jobstest.Queue(t, pool).Insert(t.Context(), greet{"Анна"}); err != nil {
		t.Fatal(err)
	}
	<-begun
	if _, err := pg.Exec(t.Context(), pool, `update river_job set attempted_at = now() - $1::interval`, jobs.RescueAfter); err != nil {
		t.Fatal(err)
	}
	fresh := func() bool {
		yes, err := pg.Scalar[bool](t.Context(), pool, `select attempted_at > now() - $1::interval from river_job`, jobs.RescueAfter/2)
		if err != nil {
			t.Fatal(err)
		}
		return yes
	}
	for deadline := time.Now().Add(time.Minute); !fresh(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the job at work looks dead")
		}
	}
	if _, err := pg.Exec(t.Context(), pool, `update river_job set attempt = 2`); err != nil {
		t.Fatal(err)
	}
	select {
	case cause := <-ended:
		if cause == nil || errors.Is(cause, context.Canceled) {
			t.Errorf("the job ended by %v", cause)
		}
	case <-time.After(time.Minute):
		t.Fatal("the job is worked on although it is another's")
	}
}

// What is judged once a day is not judged again by each start: two programs that begin on one day do it once.
func TestADailyJobIsDoneOnceADay(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	var daily, hourly atomic.Int32
	for start := range int32(2) {
		reg := jobs.NewRegistry()
		jobs.Add(reg, func(context.Context, *jobs.Job[greet]) error { daily.Add(1); return nil })
		jobs.Add(reg, func(context.Context, *jobs.Job[stubborn]) error { hourly.Add(1); return nil })
		jobs.Every(reg, 20000*time.Hour, greet{}) // no test runs across the end of two years
		jobs.Every(reg, time.Hour, stubborn{})
		runner, err := jobs.NewRunner(pool, reg, jobs.Options{Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if err := runner.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); hourly.Load() <= start || daily.Load() == 0; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("start %d: %d and %d jobs were worked", start, daily.Load(), hourly.Load())
			}
		}
		if err := runner.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	if daily.Load() != 1 {
		t.Errorf("the daily job was done %d times", daily.Load())
	}
}

// What fails and comes round again may leave it to the next round: a job that waits to be tried again keeps that away.
func TestAPeriodicJobMayGiveUpAtOnce(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	reg := jobs.NewRegistry()
	jobs.Add(reg, func(context.Context, *jobs.Job[greet]) error { return errors.New("broken") })
	jobs.Every(reg, time.Hour, greet{}, jobs.Attempts(1))
	startRunner(t, pool, reg, jobs.Options{})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		states, err := pg.List[struct{ State string }](t.Context(), pool, `select state::text from river_job where kind = 'test.greet' and attempt > 0 and state <> 'running'`)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("%v, %v", states, err)
		}
		if len(states) > 0 {
			if states[0].State != "discarded" {
				t.Errorf("after its first failure the job is %s", states[0].State)
			}
			return
		}
	}
}

// startRunner works until the test is over.
func startRunner(t *testing.T, pool *pgxpool.Pool, reg *jobs.Registry, o jobs.Options) {
	t.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	runner, err := jobs.NewRunner(pool, reg, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := runner.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func TestStandingWork(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	reg := jobs.NewRegistry()
	jobs.Add(reg, func(context.Context, *jobs.Job[greet]) error { return nil })
	var done, fault atomic.Int64
	jobs.Standing(reg, "test.counting", time.Millisecond, func(context.Context, <-chan struct{}) (int, error) {
		if done.Load() == 3 && fault.Add(1) == 1 {
			panic("once")
		}
		if done.Load() < 5 {
			done.Add(1)
			return 1, nil
		}
		return 0, nil
	})
	var cut atomic.Bool
	begun := make(chan struct{}, 1)
	jobs.Standing(reg, "test.endless", time.Millisecond, func(ctx context.Context, ending <-chan struct{}) (int, error) {
		begun <- struct{}{}
		<-ending
		<-ctx.Done()
		cut.Store(true)
		return 0, nil
	})
	runner, err := jobs.NewRunner(pool, reg, jobs.Options{Log: slog.New(slog.DiscardHandler), StopWithin: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-begun
	for deadline := time.Now().Add(time.Minute); done.Load() < 5; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of 5 things are done", done.Load())
		}
	}
	if err := runner.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	if !cut.Load() {
		t.Error("work that did not end was left running")
	}
}
