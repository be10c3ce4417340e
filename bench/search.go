package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"unicode"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// seekers is how many connections search at once, and asked how many different queries they ask.
const (
	seekers = 8
	asked   = 1000
)

// search measures different queries, once each: nobody is answered from what another asked.
func (b *bench) search(ctx context.Context) error {
	titles, err := pg.Scalars[string](ctx, b.large, `select title_ru from products where status = 'published' order by md5(slug) limit 20000`)
	if err != nil {
		return err
	}
	queries := typed(titles, asked+100)
	if len(queries) < asked+100 {
		return fmt.Errorf("only %d different queries can be made of %d titles", len(queries), len(titles))
	}
	s, err := b.serve(ctx, largeDB)
	if err != nil {
		return err
	}
	fetch(ctx, s.addr, searches(queries[asked:]), seekers, b.window/3) // warms up with other words
	var o outcome
	cpu, err := b.spending(ctx, s, func() error {
		o = once(ctx, s.addr, searches(queries[:asked]))
		return o.check("search")
	})
	if err != nil {
		return closing(err, s)
	}
	b.report.atMost("search.p50", "ms", o.ms(50), 30)
	b.report.atMost("search.p99", "ms", o.ms(99), 200)
	b.report.only("search.rate", "1/s", o.rate())
	b.report.cpu("search", cpu, o.done)
	o = once(ctx, s.addr, suggestions(queries[:asked]))
	b.report.atMost("suggest.p99", "ms", o.ms(99), 40)
	b.report.only("suggest.rate", "1/s", o.rate())
	if err := o.check("suggestions"); err != nil {
		return closing(err, s)
	}
	return closing(b.human(ctx, s), s)
}

// once asks for each path exactly once.
func once(ctx context.Context, addr string, paths []string) outcome {
	return closedLoop(ctx, seekers, maxWindow, len(paths), func() worker { return getter(addr, paths) })
}

// typed makes n different queries as people type them: one to three words of a title, every tenth
// with two letters swapped. The same titles give the same queries.
func typed(titles []string, n int) []string {
	r := rand.New(rand.NewPCG(1, 2)) // a fixed seed: every run asks the same
	seen := map[string]bool{}
	var list []string
	for try := 0; len(list) < n && try < 50*n && len(titles) > 0; try++ {
		words := strings.FieldsFunc(strings.ToLower(titles[r.IntN(len(titles))]), func(c rune) bool {
			return !unicode.IsLetter(c) && !unicode.IsDigit(c)
		})
		r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		q := strings.Join(words[:min(len(words), 1+r.IntN(3))], " ")
		if r.IntN(10) == 0 {
			q = swapped(q, r)
		}
		if len([]rune(q)) > 2 && !seen[q] {
			seen[q] = true
			list = append(list, q)
		}
	}
	return list
}

// swapped makes the commonest slip of a hand.
func swapped(q string, r *rand.Rand) string {
	letters := []rune(q)
	if len(letters) < 5 {
		return q
	}
	i := 1 + r.IntN(len(letters)-2)
	letters[i], letters[i+1] = letters[i+1], letters[i]
	return string(letters)
}

func searches(queries []string) []string {
	paths := make([]string, len(queries))
	for i, q := range queries {
		paths[i] = "/search?q=" + url.QueryEscape(q)
	}
	return paths
}

// suggestions are what the box asks while each query is being typed: two to eight letters of it.
func suggestions(queries []string) []string {
	paths := make([]string, len(queries))
	for i, q := range queries {
		letters := []rune(q)
		paths[i] = "/suggest?q=" + url.QueryEscape(string(letters[:min(len(letters), 2+i%7)]))
	}
	return paths
}
