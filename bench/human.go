package main

import (
	"cmp"
	"context"
	_ "embed"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// humanQueries are what people type, nasty sorts first: broad words, single letters, slips, questions,
// pasted letters. Made up by hand; a line that begins with "# " is a heading.
//
//go:embed human.txt
var humanQueries string

// slowest is how many of the slowest queries the report names.
const slowest = 10

// timed is a query with the time its page took.
type timed struct {
	path string
	took time.Duration
}

// human asks what people type once each, one after another: a page takes then what it takes, not what
// it waits for others. Nobody is to wait longer than a fifth of a second.
func (b *bench) human(ctx context.Context, s *server) error {
	paths, err := b.humanPaths(ctx)
	if err != nil {
		return err
	}
	ask := getter(s.addr, paths)
	defer ask.done()
	list := make([]timed, len(paths))
	for i, path := range paths {
		began := time.Now()
		if err := ask.step(i); err != nil {
			return err
		}
		list[i] = timed{path, time.Since(began)}
	}
	slices.SortFunc(list, func(x, y timed) int { return cmp.Compare(y.took, x.took) })
	b.report.only("search.human.queries", "", float64(len(list)))
	b.report.only("search.human.p50", "ms", float64(list[len(list)/2].took)/float64(time.Millisecond))
	b.report.atMost("search.human.slowest", "ms", float64(list[0].took)/float64(time.Millisecond), 200)
	for _, t := range list[:min(slowest, len(list))] {
		path, err := url.QueryUnescape(t.path)
		if err != nil {
			return err
		}
		b.report.note("%4d ms  %s", t.took.Milliseconds(), path)
	}
	return nil
}

// broad is how many of the hand-written queries are broad words; they come first.
const broad = 60

// handwritten lists the queries of human.txt.
func handwritten() []string {
	var list []string
	for line := range strings.Lines(humanQueries) {
		if q := strings.TrimSuffix(line, "\n"); !strings.HasPrefix(q, "# ") {
			list = append(list, q)
		}
	}
	return list
}

// humanPaths are the hand-written queries, the broad ones in another order too, and what people copy
// from a page: whole titles, and the names of categories.
func (b *bench) humanPaths(ctx context.Context) ([]string, error) {
	queries := handwritten()
	copied, err := pg.Scalars[string](ctx, b.large, `
		(select title_ru from products where status = 'published' order by md5(slug) desc limit 80)
		union all (select title_en from products where status = 'published' order by md5(slug) desc limit 40)
		union all (select name_ru from categories where shown order by md5(slug) desc limit 80)`)
	if err != nil {
		return nil, err
	}
	paths := searches(slices.Concat(queries, copied))
	for i, path := range searches(queries[:broad]) {
		paths = append(paths, path+"&sort="+[]string{"price_asc", "price_desc", "new"}[i%3])
	}
	return paths, nil
}
