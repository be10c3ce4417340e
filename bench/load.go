package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// outcome is what a load came to.
type outcome struct {
	done    int
	failed  int
	first   error // of the failures
	took    time.Duration
	latency []time.Duration // of what was done, sorted
}

// rate is how many were done a second.
func (o outcome) rate() float64 { return float64(o.done) / o.took.Seconds() }

// ms is a percentile of the latency in milliseconds: the least time that p percent did not pass.
func (o outcome) ms(p float64) float64 {
	return float64(percentile(o.latency, p)) / float64(time.Millisecond)
}

// percentile reads sorted durations by nearest rank; of none it is 0.
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(float64(len(sorted))*p/100+0.999999) - 1
	return sorted[min(max(rank, 0), len(sorted)-1)]
}

// worker is one of a load's clients: step carries out the i-th piece of work.
type worker struct {
	step func(i int) error
	done func()
}

// closedLoop lets so many workers work, each beginning its next step when the last one ended, until
// the time is over or limit steps were begun (0: no limit). A step that began in time is counted.
func closedLoop(ctx context.Context, workers int, d time.Duration, limit int, hire func() worker) outcome {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var next atomic.Int64
	var mu sync.Mutex
	var o outcome
	var wg sync.WaitGroup
	start := time.Now()
	for range workers {
		wg.Go(func() {
			w := hire()
			defer w.done()
			var mine outcome
			for ctx.Err() == nil {
				i := int(next.Add(1) - 1)
				if limit > 0 && i >= limit {
					break
				}
				began := time.Now()
				if err := w.step(i); err != nil {
					mine.fail(err)
					continue
				}
				mine.done++
				mine.latency = append(mine.latency, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			o.join(mine)
		})
	}
	wg.Wait()
	o.took = time.Since(start)
	slices.Sort(o.latency)
	return o
}

func (o *outcome) fail(err error) {
	o.failed++
	if o.first == nil {
		o.first = err
	}
}

func (o *outcome) join(other outcome) {
	o.done += other.done
	o.failed += other.failed
	o.latency = append(o.latency, other.latency...)
	if o.first == nil {
		o.first = other.first
	}
}

// check turns failures into one error: a figure of a load that partly failed means nothing.
func (o outcome) check(what string) error {
	if o.failed > 0 {
		return fmt.Errorf("%s: %d of %d failed, the first: %w", what, o.failed, o.failed+o.done, o.first)
	}
	if o.done == 0 {
		return fmt.Errorf("%s: nothing was done in %s", what, o.took)
	}
	return nil
}

// maxWindow bounds a load that ends by its number of steps.
const maxWindow = 10 * time.Minute

// fetch is a load of GET requests for paths in turn.
func fetch(ctx context.Context, addr string, paths []string, conns int, d time.Duration) outcome {
	return closedLoop(ctx, conns, d, 0, func() worker { return getter(addr, paths) })
}

// getter asks for paths in turn; every answer must be 200.
func getter(addr string, paths []string) worker {
	c := newConn(addr)
	return worker{done: c.close, step: func(i int) error {
		path := paths[i%len(paths)]
		a, err := c.do(request{method: "GET", path: path})
		if err == nil && a.status != 200 {
			err = fmt.Errorf("GET %s answered %d", path, a.status)
		}
		return err
	}}
}
