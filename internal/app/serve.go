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

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// Limits of the server. A handler that needs longer (an upload, an export) extends its own by ResponseController.
const (
	headerWithin  = 5 * time.Second
	requestWithin = 30 * time.Second
	answerWithin  = 60 * time.Second
	idleWithin    = 2 * time.Minute
	headerBytes   = 64 << 10
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
	door := new(door)
	server := newServer(door)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	err = p.withDatabase(ctx, func(db *database) error {
		a, err := New(ctx, p.Config, db.pool)
		if err != nil {
			return err
		}
		door.open(a.Handler(), db.pool.Ping)
		if _, err := fmt.Fprintf(p.out, "listening on http://%s\n", listener.Addr()); err != nil {
			return err
		}
		err = p.start(ctx, a, db, door, failed)
		// Requests at work still need the database.
		return errors.Join(err, p.shutDown(ctx, server))
	})
	return errors.Join(err, p.shutDown(ctx, server))
}

// shutDown lets the requests at work finish. A second call finds nothing to do.
func (p *program) shutDown(ctx context.Context, server *http.Server) error {
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.StopWithin)
	defer cancel()
	return server.Shutdown(stop)
}

// start fills the demonstration, works jobs, and waits for the end.
func (p *program) start(ctx context.Context, a *App, db *database, door *door, failed <-chan error) error {
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
	select {
	case <-ctx.Done():
		slog.Info("ending")
	case err = <-failed:
	}
	door.ready.Store(false)
	return errors.Join(err, stopJobs())
}

// startJobs begins to work jobs unless that is left to other programs, and gives what ends it.
func (p *program) startJobs(ctx context.Context, a *App, db *database) (func() error, error) {
	if p.Workers == 0 || len(a.Jobs().Kinds()) == 0 {
		return func() error { return nil }, nil
	}
	runner, err := jobs.NewRunner(db.pool, a.Jobs(), jobs.Options{
		Workers: p.Workers, PollOnly: p.Pooler && db.own == nil, StopWithin: p.StopWithin,
	})
	if err != nil {
		return nil, err
	}
	if err := runner.Start(ctx); err != nil {
		return nil, err
	}
	return func() error {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.StopWithin+time.Second)
		defer cancel()
		return runner.Stop(stop)
	}, nil
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
		stopJobs, err := p.startJobs(ctx, a, db)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(p.out, "working"); err != nil {
			return errors.Join(err, stopJobs())
		}
		<-ctx.Done()
		return stopJobs()
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
