// Package bench measures the search: how well it ranks the judged queries that are given, whether a known thing is
// found on Russian data as typed, with slips, in the wrong layout, inflected, in Latin letters or by another name, and
// how long it takes. It works in a schema of its own that it drops at the end, so that a live index is never touched.
package bench

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
)

// Options say what to measure; what is empty is left out.
type Options struct {
	Products  string // directory of *.json or *.json.zip of the judged catalogue
	Judgments string // CSV: query,docid,rating
	Russian   string // directory with catalog_ru and lang_ru
	Scale     int    // documents of a made-up catalogue to measure latency on
	Worst     int    // queries to list; 0: ten
}

// Figure is one measured number.
type Figure struct {
	Name  string
	Value float64
	Unit  string
}

// Bench measures and writes a report for people to w.
func Bench(ctx context.Context, pool *pgxpool.Pool, o Options, w io.Writer) error {
	_, err := Measure(ctx, pool, o, w)
	return err
}

// Measure is Bench that also gives the figures.
func Measure(ctx context.Context, pool *pgxpool.Pool, o Options, w io.Writer) (figures []Figure, err error) {
	if o.Worst == 0 {
		o.Worst = 10
	}
	type part struct {
		wanted bool
		run    func(context.Context, *pgxpool.Pool, Options, io.Writer) ([]Figure, error)
	}
	for _, p := range []part{{o.Products != "", judged}, {o.Russian != "", russian}, {o.Scale > 0, scale}} {
		if !p.wanted {
			continue
		}
		err := inScratch(ctx, pool, func(scratch *pgxpool.Pool) error {
			got, err := p.run(ctx, scratch, o, w)
			figures = append(figures, got...)
			return err
		})
		if err != nil {
			return figures, err
		}
	}
	return figures, nil
}

// inScratch runs fn with a pool whose search_path begins with a new schema that has the search's tables, as they are in
// this database and empty.
func inScratch(ctx context.Context, pool *pgxpool.Pool, fn func(*pgxpool.Pool) error) (err error) {
	schema := fmt.Sprintf("search_bench_%d", time.Now().UnixNano())
	name := pgx.Identifier{schema}.Sanitize()
	// A copy's indexes are made from what the first ones say, so that they have their names, by which a load drops them.
	steps, err := pg.Scalars[string](ctx, pool, `
		with own as (select oid, relname from pg_class
			where relnamespace = 'public'::regnamespace and relkind = 'r' and obj_description(oid, 'pg_class') like 'owner: search%')
		select format('create table %I (like public.%I including all excluding indexes)', relname, relname) from own
		union all
		select replace(pg_get_indexdef(i.indexrelid), ' ON public.', ' ON ') from pg_index i join own on own.oid = i.indrelid
		union all
		select 'create sequence search_changes'`)
	if err != nil {
		return err
	}
	if _, err := pool.Exec(ctx, "create schema "+name); err != nil {
		return err
	}
	defer func() {
		if _, dropErr := pool.Exec(context.WithoutCancel(ctx), "drop schema "+name+" cascade"); err == nil {
			err = dropErr
		}
	}()
	cfg := pool.Config()
	cfg.ConnConfig.RuntimeParams["search_path"] = schema + ",public"
	scratch, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer scratch.Close()
	if _, err := scratch.Exec(ctx, strings.Join(steps, ";")); err != nil {
		return fmt.Errorf("search tables: %w", err)
	}
	return fn(scratch)
}

// load puts documents into the scratch index.
func load(ctx context.Context, pool *pgxpool.Pool, docs []search.Doc) error {
	_, err := search.Load(ctx, pool, func(yield func(search.Doc, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	})
	return err
}

// quantile gives the q-quantile of durations in milliseconds.
func quantile(d []time.Duration, q float64) float64 {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	i := min(int(q*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[i].Microseconds()) / 1000
}

// found lists the ids a person would see on the first page: the results, then what is near.
func found(ctx context.Context, s *search.Service, p search.Params) ([]int64, time.Duration, error) {
	started := time.Now()
	res, err := s.Query(ctx, p)
	took := time.Since(started)
	var ids []int64
	for _, h := range append(slices.Clone(res.Hits), res.Near...) {
		ids = append(ids, h.RefID)
	}
	return ids, took, err
}
