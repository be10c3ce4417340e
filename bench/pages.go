package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// readers is how many connections read pages at once.
const readers = 32

// pageKinds are the pages strangers see most, with where their addresses come from.
var pageKinds = []struct{ name, paths string }{
	{"product", `select '/p/' || slug from products where status = 'published' order by md5(slug) limit 20000`},
	{"category", `select '/c/' || slug from categories
		where id in (select category_id from products where status = 'published') order by md5(slug) limit 500`},
	{"home", `select '/'`},
}

// addresses lists the paths of one kind of page, in an order that has nothing to do with their ids.
func addresses(ctx context.Context, db *pgxpool.Pool, sql string) ([]string, error) {
	list, err := pg.Scalars[string](ctx, db, sql)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("the market is empty: %s", sql)
	}
	return list, err
}

// pages measures the pages in both markets, and beside the large one a bare handler.
func (b *bench) pages(ctx context.Context) error {
	small, large, err := b.markets(ctx)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, largeDB)
	if err != nil {
		return err
	}
	limit, err := b.bare(ctx, s)
	if err != nil {
		return closing(err, s)
	}
	for _, kind := range pageKinds {
		var o outcome
		if o, err = b.pageKind(ctx, kind.name, large.met[kind.name].paths, s, limit); err != nil {
			break
		}
		b.growth(kind.name, small.met[kind.name], large.met[kind.name], o)
	}
	return closing(err, s, limit)
}

// fetchWarm loads a server with one kind of page, after a moment to warm up.
func fetchWarm(ctx context.Context, s *server, paths []string, d time.Duration) outcome {
	fetch(ctx, s.addr, paths, readers, d/6)
	return fetch(ctx, s.addr, paths, readers, d)
}

// read is fetchWarm for the whole window.
func (b *bench) read(ctx context.Context, s *server, paths []string) outcome {
	return fetchWarm(ctx, s, paths, b.window)
}

// pageKind measures one kind of page beside the bare handler: of cards, so many that each is asked for about once.
func (b *bench) pageKind(ctx context.Context, name string, paths []string, s, limit *server) (o outcome, err error) {
	least := b.read(ctx, limit, paths)
	if err := least.check("bare " + name); err != nil {
		return o, err
	}
	cpu, err := b.spending(ctx, s, func() error {
		o = b.read(ctx, s, paths)
		return o.check(name)
	})
	if err != nil {
		return o, err
	}
	b.report.share("pages."+name+".rps", "1/s", o.rate(), least.rate(), 0.5)
	b.report.atMost("pages."+name+".p99", "ms", o.ms(99), 50)
	b.report.only("pages."+name+".bare.p99", "ms", least.ms(99))
	// The warm-up's pages are spent on too: a sixth of the window.
	b.report.cpu("pages."+name, cpu, o.done*7/6)
	return o, nil
}

// spending is what the program and PostgreSQL spend while fn runs.
func (b *bench) spending(ctx context.Context, s *server, fn func() error) (spent, error) {
	postmaster, err := b.postmaster(ctx)
	if err != nil {
		return spent{}, err
	}
	before := processorTime(s.cmd.Process.Pid, postmaster)
	err = fn()
	return processorTime(s.cmd.Process.Pid, postmaster).minus(before), err
}

// cpu reports the processor time of one of n operations where the system tells it.
func (r *Report) cpu(name string, s spent, n int) {
	if s == (spent{}) {
		return
	}
	program, database := s.per(n)
	r.only(name+".cpu.program", "ms", program)
	r.only(name+".cpu.database", "ms", database)
}

// bare starts the bare handler with pages of the real server as its measure.
func (b *bench) bare(ctx context.Context, s *server) (*server, error) {
	dir, err := os.MkdirTemp(b.scratch, "pages-")
	if err != nil {
		return nil, err
	}
	for _, kind := range pageKinds {
		paths, err := addresses(ctx, b.large, kind.paths)
		if err != nil {
			return nil, err
		}
		page, err := middling(s, paths)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, kind.name), page, 0o644); err != nil {
			return nil, err
		}
		b.report.only("pages."+kind.name+".size", "bytes", float64(len(page)))
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return b.spawn(ctx, self, "bare", "--database-url", b.cluster.SocketURL(largeDB), "--pages", dir)
}

// middling is the page of middle length among forty.
func middling(s *server, paths []string) ([]byte, error) {
	c := newConn(s.addr)
	defer c.close()
	var pages [][]byte
	for range min(40, len(paths)) {
		path := paths[rand.IntN(len(paths))]
		a, err := c.do(request{method: "GET", path: path})
		if err != nil || a.status != 200 {
			return nil, fmt.Errorf("GET %s answered %d, %w", path, a.status, err)
		}
		pages = append(pages, slices.Clone(a.body))
	}
	slices.SortFunc(pages, func(x, y []byte) int { return len(x) - len(y) })
	return pages[len(pages)/2], nil
}
