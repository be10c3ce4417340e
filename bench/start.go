package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
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
