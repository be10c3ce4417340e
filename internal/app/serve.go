package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Limits of the server. A handler that needs longer (an upload, an export) extends its own by ResponseController.
const (
	headerWithin  = 5 * time.Second
	requestWithin = 30 * time.Second
	answerWithin  = 60 * time.Second
	idleWithin    = 2 * time.Minute
	headerBytes   = 64 << 10

	// handBackWithin is the time that jobs cut off at the end have to go back into the queue.
	handBackWithin = 5 * time.Second
)

// serve is the subcommands serve and demo.
func serve(ctx context.Context, p *program) error {
	listener, err := net.Listen("tcp", p.Addr)
	if err != nil {
		return err
	}
	defer listener.Close() //nolint:errcheck // closed by the server already, unless the start-up failed
	if p.BaseURL == "" {
		p.BaseURL = "http://" + listener.Addr().String()
	}
	if err := p.prepareData(); err != nil {
		return err
	}
	stopStandin, err := p.ownStandin()
	if err != nil {
		return err
	}
	defer stopStandin()
	collectEarly()
	door := new(door)
	server := newServer(door)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	err = p.withDatabase(ctx, func(db *database) error {
		a, err := New(ctx, p.Config, db.pool)
		if err != nil {
			return err
		}
		door.open(a.Handler(), p.guardedMetrics(a.metrics.Handler()), db.pool.Ping)
		stopMetrics, err := p.serveMetrics(a.metrics.Handler())
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(p.out, "listening on http://%s\n", listener.Addr()); err != nil {
			return err
		}
		// Requests at work still need the database, so the server ends within it.
		return errors.Join(p.run(ctx, a, db, door, server, failed), stopMetrics())
	})
	return errors.Join(err, p.shutDown(ctx, server))
}

// shutDown lets the requests at work finish. A second call finds nothing to do.
func (p *program) shutDown(ctx context.Context, server *http.Server) error {
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.StopWithin)
	defer cancel()
	err := server.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(fault("raise --stop-within, or look for what takes so long", "requests were cut off after %s", p.StopWithin), server.Close())
	}
	return err
}

// run fills the demonstration, works jobs, and waits for the end, which is orderly: proxies are told first, the
// requests at work finish, and so do the jobs or they go back into the queue.
func (p *program) run(ctx context.Context, a *App, db *database, door *door, server *http.Server, failed <-chan error) error {
	if p.Demo {
		if err := a.Demo(ctx, p.out); err != nil {
			return ignoreEnd(ctx, err)
		}
	}
	stopJobs, err := p.startJobs(ctx, a, db)
	if err != nil {
		return err
	}
	door.ready.Store(true)
	go tidy(ctx)
	select {
	case <-ctx.Done():
	case err := <-failed:
		return errors.Join(err, stopJobs())
	}
	slog.Info("ending")
	door.close()
	ended := make(chan error, 1)
	go func() { ended <- stopJobs() }()
	time.Sleep(p.DrainFor)
	return errors.Join(p.shutDown(ctx, server), <-ended)
}

// startJobs begins to work jobs unless that is left to other programs, and gives what ends it.
func (p *program) startJobs(ctx context.Context, a *App, db *database) (func() error, error) {
	if p.Workers == 0 || len(a.Jobs().Kinds()) == 0 {
		return func() error { return nil }, nil
	}
	pool, closePool, err := p.jobsPool(ctx, db)
	if err != nil {
		return nil, err
	}
	runner, err := jobs.NewRunner(pool, a.Jobs(), jobs.Options{
		Workers: p.Workers, PollOnly: p.Pooler && pool == db.pool, StopWithin: p.StopWithin,
	})
	if err == nil {
		err = runner.Start(ctx)
	}
	if err != nil {
		closePool()
		return nil, err
	}
	return func() error {
		defer closePool()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.StopWithin+handBackWithin)
		defer cancel()
		return runner.Stop(stop)
	}, nil
}

// jobsPool is the way to the database that the job queue takes: past a transaction pooler where a direct address is
// known, since notifications do not come through one.
func (p *program) jobsPool(ctx context.Context, db *database) (*pgxpool.Pool, func(), error) {
	if !p.Pooler || db.own != nil || db.direct == p.DatabaseURL {
		return db.pool, func() {}, nil
	}
	pool, err := pg.Open(ctx, db.direct, pg.Options{MaxConns: int32(p.Workers) + 3})
	if err != nil {
		return nil, nil, err
	}
	return pool, pool.Close, nil
}

// work is the subcommand work.
func work(ctx context.Context, p *program) error {
	p.Workers = max(p.Workers, 1)
	if err := p.prepareData(); err != nil {
		return err
	}
	return p.withDatabase(ctx, func(db *database) error {
		a, err := New(ctx, p.Config, db.pool)
		if err != nil {
			return err
		}
		stopMetrics, err := p.serveMetrics(a.metrics.Handler())
		if err != nil {
			return err
		}
		stopJobs, err := p.startJobs(ctx, a, db)
		if err != nil {
			return errors.Join(err, stopMetrics())
		}
		if _, err := fmt.Fprintln(p.out, "working"); err != nil {
			return errors.Join(err, stopJobs(), stopMetrics())
		}
		<-ctx.Done()
		return errors.Join(stopJobs(), stopMetrics())
	})
}

// prepareData makes the data folder, proves that it can be written, and completes the configuration from it.
func (p *program) prepareData() error {
	if err := os.MkdirAll(p.Data, 0o755); err != nil {
		return err
	}
	probe := filepath.Join(p.Data, ".write-test")
	if err := os.WriteFile(probe, []byte("can this folder be written, and is there room?\n"), 0o600); err != nil {
		return err
	}
	if err := os.Remove(probe); err != nil {
		return err
	}
	var err error
	if p.Secret == "" {
		p.Secret, err = ownSecret(filepath.Join(p.Data, "secret"), p.Demo)
	}
	return err
}

func newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerWithin,
		ReadTimeout:       requestWithin,
		WriteTimeout:      answerWithin,
		IdleTimeout:       idleWithin,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
}

// ignoreEnd drops an error that is only the program's own ending.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
