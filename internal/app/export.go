package app

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	lawbook "github.com/yarmarka/yarmarka/internal/export/clearance/rules"
)

func exportFlags(f *flag.FlagSet, p *program) {
	f.StringVar(&p.own.at, "at", "", "the day whose rules judge, like 2026-07-01; today unless given")
}

var errExportUsage = errors.New("export takes: cases FILE.csv [--at DAY]")

// exportCmd runs a lawyer's table of cases against the rules in force.
func exportCmd(_ context.Context, p *program) error {
	if len(p.args) != 2 || p.args[0] != "cases" {
		return errExportUsage
	}
	day, err := time.Parse(time.DateOnly, cmp.Or(p.own.at, time.Now().UTC().Format(time.DateOnly)))
	if err != nil {
		return fmt.Errorf("--at: %q is not a day like 2026-07-01", p.own.at)
	}
	lib, err := clearance.Load(lawbook.FS)
	if err != nil {
		return err
	}
	file, err := os.Open(p.args[1])
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // read only
	cases, err := clearance.Cases(lib, file, day)
	if err != nil {
		return fmt.Errorf("%s: %w", p.args[1], err)
	}
	return p.printCases(cases)
}

// seedLaw brings the rules that the program carries into the database.
func seedLaw(ctx context.Context, db *pgxpool.Pool) error {
	files, err := clearance.Load(lawbook.FS)
	if err != nil {
		return err
	}
	return clearance.Seed(ctx, db, files)
}

// printCases prints a row for each case, and what does not hold as an error.
func (p *program) printCases(cases []clearance.Case) error {
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "case\tverdict\ttable says\t\trests on")
	wrong := 0
	for _, c := range cases {
		mark, rests := "ok", c.Because
		if !c.Holds() {
			mark = "DIFFERS"
			wrong++
		}
		if c.Guess {
			rests += " (hypothesis: a human decides)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", c.ID, c.Got, c.Want, mark, rests)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d of %d cases hold\n", len(cases)-wrong, len(cases))
	if wrong > 0 {
		return fmt.Errorf("%d of %d cases differ from the rules in force", wrong, len(cases))
	}
	return nil
}
