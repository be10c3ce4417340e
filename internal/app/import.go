package app

import (
	"context"
	"flag"
)

// importOrder is what `yarmarka import yml` was asked for.
type importOrder struct {
	Shop   string // slug
	Source string // file or address
	DryRun bool
}

func importFlags(f *flag.FlagSet, p *program) {
	f.StringVar(&p.own.shop, "shop", "", "slug of the shop whose goods these are")
	f.BoolVar(&p.own.dryRun, "dry-run", false, "say what would change and change nothing")
}

// importFeed is the subcommand import.
func importFeed(ctx context.Context, p *program) error {
	if len(p.args) != 2 || p.args[0] != "yml" || p.own.shop == "" {
		return Fault{"the import is not clear", "use 'import yml FILE_OR_URL --shop SLUG [--dry-run]'"}
	}
	if err := p.prepareData(); err != nil {
		return err
	}
	return p.withDatabase(ctx, func(db *database) error {
		a, err := New(ctx, p.Config, db.pool)
		if err != nil {
			return err
		}
		return a.Import(ctx, importOrder{Shop: p.own.shop, Source: p.args[1], DryRun: p.own.dryRun}, p.out)
	})
}
