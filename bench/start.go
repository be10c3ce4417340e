package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// starts is how often the program is started; the middle one counts.
const starts = 5

// startUp measures the time from the start of the process until it takes visitors: with its own
// PostgreSQL down, as after a reboot, and with one that runs.
func (b *bench) startUp(ctx context.Context) error {
	running, cpu, err := b.started(ctx, largeDB)
	if err != nil {
		return err
	}
	if err := b.stopCluster(ctx); err != nil {
		return err
	}
	own, _, err := b.started(ctx, "")
	if err := errors.Join(err, b.startCluster(ctx)); err != nil {
		return err
	}
	b.report.atMost("start.with_own_database", "s", own.Seconds(), 1)
	b.report.atMost("start.database_running", "s", running.Seconds(), 1)
	b.report.only("start.cpu", "s", cpu.Seconds())
	return nil
}

// started gives the middle time of several starts, and of the program's processor time with its end.
func (b *bench) started(ctx context.Context, db string) (ready, cpu time.Duration, err error) {
	var took, spent []time.Duration
	for range starts {
		s, err := b.serve(ctx, db)
		if err != nil {
			return 0, 0, err
		}
		took = append(took, s.ready)
		if err := s.stop(); err != nil {
			return 0, 0, err
		}
		spent = append(spent, s.cmd.ProcessState.UserTime()+s.cmd.ProcessState.SystemTime())
	}
	slices.Sort(took)
	slices.Sort(spent)
	return took[starts/2], spent[starts/2], nil
}

// closing ends servers and joins what went wrong with what went wrong before, and with what the
// servers said of it.
func closing(err error, list ...*server) error {
	for _, s := range list {
		if said := s.complaint(); err != nil && said != "" {
			err = fmt.Errorf("%w\n%s", err, said)
		}
		err = errors.Join(err, s.stop())
	}
	return err
}

// startLife is how long the work that a start brings may take.
const startLife = 30 * time.Second

// idle waits until a program that was started on a database has begun the jobs that every start brings, no job waits or is at
// work, every letter has left, and every card is in the index.
func (b *bench) idle(ctx context.Context, s *server, db string) error {
	conn, err := pg.Open(ctx, b.cluster.SocketURL(db), pg.Options{MaxConns: 1})
	if err != nil {
		return err
	}
	defer conn.Close()
	for end := time.Now().Add(startLife); time.Now().Before(end); {
		done, err := pg.Scalar[bool](ctx, conn, `
			select exists (select from river_job where created_at >= $1) and not exists (select from river_job where state in ('available', 'running'))
				and not exists (select from product_changes) and not exists (select from mails where state = 'queued')`, s.began)
		if err != nil || done {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	b.report.note("the program was not idle %s after its start", startLife)
	return nil
}
