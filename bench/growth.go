package main

import (
	"context"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// How pages are compared between the markets. A page may be met in two ways, and each is compared with itself:
//
//   - A first visit is for a page that nobody has asked for since the program was started. The small market has few
//     pages, so the program is started anew several times, in turn on the one market and the other; each time as many
//     pages are asked for once in both. The large market's are others each time, read from a larger database.
//   - A kept page is asked for again and again, as many pages in both markets as the small one has, up to keptPages.
//
// Both ways have a bar. Who comes to a category after a change to its goods and before the job that makes its first page
// ready again, within a minute, waits for a search, as the search measures it.
//
// Connections, statements and plans, and what the pages of a kind share, are warm before anything is measured: the
// same pages have been asked for in English, and others in Russian.
const keptPages = 1000

// visits is what visitors of one kind of page met in one market.
type visits struct {
	first, kept outcome
	paths       []string
}

// each is the time a page took.
func (o outcome) each() float64 { return float64(o.took) / float64(max(o.done, 1)) }

// market is one of the two, with what was met in it by kind of page.
type market struct {
	db  string
	met map[string]*visits
}

// markets visits the pages of both markets in the same way.
func (b *bench) markets(ctx context.Context) (small, large market, err error) {
	small, large = market{db: smallDB, met: map[string]*visits{}}, market{db: largeDB, met: map[string]*visits{}}
	rounds := 8
	if b.quick {
		rounds = 2
	}
	for _, m := range []market{small, large} {
		if err := b.findPages(ctx, m); err != nil {
			return small, large, err
		}
	}
	for round := range rounds {
		for _, m := range []market{small, large} {
			if err := b.visit(ctx, m, small, round, b.window/time.Duration(2*rounds)); err != nil {
				return small, large, err
			}
		}
	}
	return small, large, nil
}

// findPages lists the pages of a market.
func (b *bench) findPages(ctx context.Context, m market) error {
	db, err := pg.Open(ctx, b.cluster.SocketURL(m.db), pg.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	for _, kind := range pageKinds {
		paths, err := addresses(ctx, db, kind.paths)
		if err != nil {
			return err
		}
		m.met[kind.name] = &visits{paths: paths}
	}
	return nil
}

// visit starts the program on a market, visits as many pages of each kind as the small market has, and goes on asking for
// some for a while.
func (b *bench) visit(ctx context.Context, m, small market, round int, d time.Duration) error {
	s, err := b.serve(ctx, m.db)
	if err != nil {
		return err
	}
	if err := b.idle(ctx, s, m.db); err != nil {
		return closing(err, s)
	}
	for _, kind := range pageKinds {
		v := m.met[kind.name]
		n := min(len(small.met[kind.name].paths), len(v.paths), keptPages)
		if n > 1 { // a page that stands alone has but one first visitor
			err = v.first.add(firstVisits(ctx, s, someOf(v.paths, n, round)))
		}
		if err == nil {
			err = v.kept.add(fetchWarm(ctx, s, v.paths[:n], d))
		}
		if err != nil {
			break
		}
	}
	return closing(err, s)
}

// someOf are n of the paths, others each round as long as there are any.
func someOf(paths []string, n, round int) []string {
	at := round % max(len(paths)/n, 1) * n
	return paths[at : at+n]
}

// firstVisits asks for three quarters of the pages once, after the other quarter and after all of them in English.
func firstVisits(ctx context.Context, s *server, paths []string) outcome {
	english := make([]string, len(paths))
	for i, path := range paths {
		english[i] = "/en" + path
	}
	warm := len(paths) / 4
	for _, list := range [][]string{english, paths[:warm]} {
		if o := askOnce(ctx, s, list); o.failed > 0 {
			return o
		}
	}
	return askOnce(ctx, s, paths[warm:])
}

// add joins another load of the same kind, if all of it was done.
func (o *outcome) add(other outcome) error {
	o.join(other)
	o.took += other.took
	slices.Sort(o.latency)
	return other.check("visits")
}

// askOnce asks for each page one time.
func askOnce(ctx context.Context, s *server, paths []string) outcome {
	return closedLoop(ctx, readers, maxWindow, len(paths), func() worker { return getter(s.addr, paths) })
}

// growth reports what became of the pages of a kind on the way from the small market to the large one. What a page costs
// that is asked for once in a market of half a million offers, over one that is kept in a small one, is a figure without a bar:
// it compares two different things.
func (b *bench) growth(name string, small, large *visits, many outcome) {
	const times = 4.0 / 3
	first := large.first.each() / small.first.each()
	switch name {
	case "product":
		b.report.atMost("pages."+name+".growth", "times", first, times)
		b.report.atMost("pages."+name+".small.p99", "ms", small.first.ms(99), 50)
	case "category":
		b.report.atMost("pages."+name+".first.growth", "times", first, times)
		b.report.atMost("pages."+name+".first.p99", "ms", large.first.ms(99), 50)
	}
	b.report.atMost("pages."+name+".kept.growth", "times", large.kept.each()/small.kept.each(), times)
	b.report.atMost("pages."+name+".kept.p99", "ms", large.kept.ms(99), 50)
	b.report.atMost("pages."+name+".small.kept.p99", "ms", small.kept.ms(99), 50)
	b.report.only("pages."+name+".many_over_small_kept", "times", many.each()/small.kept.each())
}
