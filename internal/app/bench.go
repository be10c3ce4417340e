package app

import (
	"context"
	"flag"

	"github.com/yarmarka/yarmarka/internal/search/bench"
)

func benchFlags(f *flag.FlagSet, p *program) {
	f.StringVar(&p.own.products, "products", "", "folder of the judged catalogue")
	f.StringVar(&p.own.judgments, "judgments", "", "CSV of judged queries: query,docid,rating")
	f.StringVar(&p.own.russian, "russian", "", "folder with the Russian catalogue and words")
	f.IntVar(&p.own.documents, "documents", 0, "size of a made-up catalogue to measure latency on")
	f.IntVar(&p.own.offers, "offers", 0, "fill: offers of a made-up market beside the demonstration's goods")
	f.IntVar(&p.own.sellers, "sellers", 200, "fill: their sellers")
}

// benchmark is the subcommand bench.
func benchmark(ctx context.Context, p *program) error {
	if len(p.args) == 1 && p.args[0] == "fill" {
		return benchFill(ctx, p)
	}
	if len(p.args) != 1 || p.args[0] != "search" {
		return Fault{"there is nothing to measure by that name", "use 'bench search --products DIR --judgments FILE' or 'bench fill --offers N'; 'make bench' measures the rest"}
	}
	if p.own.products == "" && p.own.russian == "" && p.own.documents == 0 {
		return Fault{"there is nothing to measure", "give --products with --judgments, --russian or --documents"}
	}
	return p.withDatabase(ctx, func(db *database) error {
		return bench.Bench(ctx, db.pool, bench.Options{
			Products: p.own.products, Judgments: p.own.judgments, Russian: p.own.russian, Scale: p.own.documents,
		}, p.out)
	})
}
