package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Work is standing work: it takes what waits, says how much that was, and begins nothing more once ending is closed.
type Work func(ctx context.Context, ending <-chan struct{}) (n int, err error)

// standing is work that every Runner does over and over while it runs.
type standing struct {
	name  string
	pause time.Duration
	work  Work
}

// Standing has work called again and again by every Runner: at once while there is something to do, else after the
// pause. It is for a queue that a module keeps in a table of its own (the outbox): no job is written, fetched and
// finished for each thing. Several Runners do it at the same time, so work must claim what it takes.
func Standing(r *Registry, name string, pause time.Duration, work Work) {
	r.standing = append(r.standing, standing{name, pause, work})
}

// WorkStanding does all standing work until nothing is left, in the caller's goroutine, for jobstest.
func (r *Registry) WorkStanding(ctx context.Context) (n int, err error) {
	for _, s := range r.standing {
		for {
			done, err := s.work(ctx, nil)
			n += done
			if err != nil {
				return n, fmt.Errorf("%s: %w", s.name, err)
			}
			if done == 0 {
				break
			}
		}
	}
	return n, nil
}

// errorPause is how long work rests after an error: most are of the database, which will take a while.
const errorPause = 2 * time.Second

// crew does the standing work of one Runner.
type crew struct {
	ending chan struct{}
	once   sync.Once
	cutOff context.CancelFunc
	all    sync.WaitGroup
}

// startCrew begins to work in the background; end ends it.
func startCrew(ctx context.Context, r *Registry, log *slog.Logger) *crew {
	ctx, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	c := &crew{ending: make(chan struct{}), cutOff: cutOff}
	for _, s := range r.standing {
		c.all.Go(func() { c.stand(ctx, s, r.observe, log) })
	}
	return c
}

func (c *crew) stand(ctx context.Context, s standing, observe func(string, time.Duration, error), log *slog.Logger) {
	for {
		began := time.Now()
		n, err := safely(ctx, s.work, c.ending)
		if observe != nil && (n > 0 || err != nil) {
			observe(s.name, time.Since(began), err)
		}
		pause := s.pause
		switch {
		case err != nil:
			log.WarnContext(ctx, "standing work failed", "work", s.name, "error", err.Error())
			pause = max(pause, errorPause)
		case n > 0:
			pause = 0
		}
		select {
		case <-c.ending:
			return
		case <-time.After(pause):
		}
	}
}

// safely turns a panic into an error: the work goes on with the next thing.
func safely(ctx context.Context, work Work, ending <-chan struct{}) (n int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return work(ctx, ending)
}

// end lets the work at hand finish for a while, then cuts it off, and waits for it no longer than ctx says.
func (c *crew) end(ctx context.Context, within time.Duration) {
	c.once.Do(func() { close(c.ending) })
	defer c.cutOff()
	done := make(chan struct{})
	go func() { defer close(done); c.all.Wait() }()
	select {
	case <-done:
		return
	case <-time.After(within):
	case <-ctx.Done():
	}
	c.cutOff()
	select {
	case <-done:
	case <-time.After(handBack):
	}
}

// handBack is how long work that was cut off may write down that it was.
const handBack = time.Second
