package main

import (
	"context"
	"sync"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// memory measures what the program keeps resident after people read, searched and bought at once.
func (b *bench) memory(ctx context.Context) error {
	goods, err := pairs(ctx, b.large)
	if err != nil {
		return err
	}
	pages, err := addresses(ctx, b.large, pageKinds[0].paths)
	if err != nil {
		return err
	}
	titles, err := pg.Scalars[string](ctx, b.large, `select title_ru from products where status = 'published' order by md5(slug) limit 20000`)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, largeDB)
	if err != nil {
		return err
	}
	idle, _ := resident(s.cmd.Process.Pid)
	queries := searches(typed(titles, asked))
	var reading, searching, buying outcome
	var all sync.WaitGroup
	all.Go(func() { reading = fetch(ctx, s.addr, pages, 16, 3*b.window) })
	all.Go(func() { searching = fetch(ctx, s.addr, queries, 4, 3*b.window) })
	all.Go(func() {
		buying = closedLoop(ctx, 12, 3*b.window, 0, func() worker { return buyer(s.addr, goods) })
	})
	all.Wait()
	mixed := reading
	mixed.join(searching)
	mixed.join(buying)
	if mixed.failed > 0 {
		b.report.note("mixed load: the first failure: %s", mixed.first)
	}
	b.report.atMost("memory.failed_requests", "requests", float64(mixed.failed), 0)
	now, peak := resident(s.cmd.Process.Pid)
	if now == 0 {
		b.report.note("memory is read from /proc, which this system has not")
		return s.stop()
	}
	b.report.only("memory.idle", "MB", idle)
	b.report.atMost("memory.after_mixed_load", "MB", now, 150)
	b.report.only("memory.peak", "MB", peak)
	b.report.note("mixed load: %.0f pages, %.0f searches and %.0f purchases a second together", reading.rate(), searching.rate(), buying.rate())
	return s.stop()
}
