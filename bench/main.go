// Command bench measures the market beside what the machine allows: each figure next to a limit
// taken in the same run (a bare handler, a hand-written pgbench transaction) and next to the bar it
// has to reach. It starts the real program on a PostgreSQL of its own, loads it from this process
// over the loopback, prints a table and writes bench/results.json. It is no part of the program and
// asserts nothing in tests: a figure means something only on a machine that does nothing else.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// plan is what to measure and how long.
type plan struct {
	program string // the program to measure
	data    string // folder that keeps the filled databases between runs
	out     string // results file
	only    []string
	quick   bool
	offers  int           // of the large market
	sellers int           // of the large market
	rows    int           // offers of the imported feed
	window  time.Duration // of one load
}

// part is one thing that can be measured alone.
type part struct {
	name, what string
	run        func(*bench, context.Context) error
}

// parts in the order they run: what writes comes after what only reads.
var parts = []part{
	{"start", "time until the program is ready on existing data", (*bench).startUp},
	{"pages", "home, category and product pages beside a bare handler", (*bench).pages},
	{"search", "a thousand different queries with facets, and suggestions", (*bench).search},
	{"purchase", "whole purchases over HTTP", (*bench).purchase},
	{"memory", "the program's memory after reading, searching and buying at once", (*bench).memory},
	{"orders", "placing an order beside a hand-written pgbench transaction", (*bench).orders},
	{"hot", "one offer that everybody wants", (*bench).hot},
	{"import", "a YML feed", (*bench).importFeed},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == "bare" {
		exit(bare(ctx, os.Args[2:], os.Stdout))
		return
	}
	exit(run(ctx, os.Args[1:], os.Stdout))
}

func exit(err error) {
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures and reports. A bar that is missed is no error: the report says so.
func run(ctx context.Context, args []string, out io.Writer) error {
	p, err := readPlan(args)
	if err != nil {
		return err
	}
	b, err := open(ctx, p, out)
	if err != nil {
		return err
	}
	defer b.close(ctx)
	var failed error
	for _, part := range parts {
		if len(p.only) > 0 && !slices.Contains(p.only, part.name) {
			continue
		}
		fmt.Fprintf(out, "\n%s: %s\n", part.name, part.what)
		if err := part.run(b, ctx); err != nil {
			// The other parts can still be measured; the run ends as failed.
			failed = errors.Join(failed, fmt.Errorf("%s: %w", part.name, err))
			b.report.note("%s could not be measured: %s", part.name, firstOf(err.Error()))
		}
		if ctx.Err() != nil {
			return errors.Join(failed, ctx.Err())
		}
	}
	b.others(ctx)
	fmt.Fprintln(out)
	if err := b.report.table(out); err != nil {
		return err
	}
	if n := b.report.missed(); n > 0 {
		fmt.Fprintf(out, "\n%d of %d bars missed\n", n, len(b.report.Results))
	}
	if p.out != "" {
		failed = errors.Join(failed, b.report.write(p.out))
	}
	return failed
}

// firstOf is a text's first line.
func firstOf(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func readPlan(args []string) (plan, error) {
	var p plan
	var only string
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&p.program, "program", "bin/yarmarka", "the program to measure")
	f.StringVar(&p.data, "data", "", "folder that keeps the filled market between runs; default: a new one, removed afterwards")
	f.StringVar(&p.out, "out", "", "file for the figures; default: bench/results.json where every part is measured")
	f.StringVar(&only, "only", "", "names of parts with commas between: "+partNames())
	f.BoolVar(&p.quick, "quick", false, "less than three minutes: a smaller market and shorter loads")
	f.IntVar(&p.offers, "offers", 0, "offers of the large market; default 500000, quick 20000")
	if err := f.Parse(args); err != nil {
		return p, err
	}
	if only != "" {
		p.only = strings.Split(only, ",")
	} else if p.out == "" {
		p.out = "bench/results.json"
	}
	for _, name := range p.only {
		if !slices.ContainsFunc(parts, func(x part) bool { return x.name == name }) {
			return p, fmt.Errorf("there is no part %q; there are %s", name, partNames())
		}
	}
	offers := 500_000
	p.rows, p.window, p.sellers = 500_000, 10*time.Second, 2_000
	if p.quick {
		offers, p.rows, p.window, p.sellers = 20_000, 10_000, 3*time.Second, 200
	}
	if p.offers == 0 {
		p.offers = offers
	}
	return p, nil
}

func partNames() string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.name
	}
	return strings.Join(names, ",")
}
