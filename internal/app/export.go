package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/casebook"
	lawbook "github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
)

func exportFlags(f *flag.FlagSet, p *program) {
	f.StringVar(&p.own.at, "at", "", "the day whose rules judge, like 2026-07-01; today, or for replay each decision's own day, unless given")
}

var errExportUsage = Fault{"it is not clear what to do about export", "use 'export cases FILE.csv [--at DAY]', 'export replay NUMBER [--at DAY]' or 'export tnved DIR'"}

// exportCmd runs a lawyer's table of cases against the rules in force, or decides again what was decided.
func exportCmd(ctx context.Context, p *program) error {
	day, err := p.askedDay()
	switch {
	case err != nil:
		return err
	case len(p.args) == 2 && p.args[0] == "cases":
		return p.cases(ctx, p.args[1], day)
	case len(p.args) == 2 && p.args[0] == "replay":
		return p.replay(ctx, p.args[1], day)
	case len(p.args) == 2 && p.args[0] == "tnved":
		return p.importTNVED(ctx, p.args[1])
	}
	return errExportUsage
}

// cases judges a table by the rules that the database holds, where there is one, and otherwise by those of the program.
func (p *program) cases(ctx context.Context, path string, day time.Time) error {
	if day.IsZero() {
		day = rates.Today(time.Now())
	}
	lib, from, err := p.law(ctx)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return Fault{oneLine(err), "give a CSV file that can be read"}
	}
	defer file.Close() //nolint:errcheck // read only
	cases, err := casebook.Run(lib, file, day)
	if err != nil {
		return Fault{oneLine(fmt.Errorf("%s: %w", path, err)), "mend the table and run this again"}
	}
	fmt.Fprintf(p.out, "rules: %s\n", from)
	return p.printCases(cases)
}

// PostgreSQL's codes for a table and a column that are not there: the database is empty, or of an older program.
const (
	undefinedTable  = "42P01"
	undefinedColumn = "42703"
)

// hasDatabase says whether a database is named, or the program's own is running.
func (p *program) hasDatabase() bool {
	return p.DatabaseURL != "" || embeddedpg.Running(filepath.Join(p.Data, "postgres"))
}

// law is the rules that judge, and where they come from.
func (p *program) law(ctx context.Context) (lib *clearance.Library, from string, err error) {
	files, err := clearance.Load(lawbook.FS)
	if err != nil {
		return nil, "", err
	}
	const own = "the files of this program"
	if !p.hasDatabase() {
		return files, own + ": no database is configured or running", nil
	}
	err = p.withLaw(ctx, func(s *clearance.Service) error {
		lib, err = s.Library(ctx)
		return err
	})
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && (pgErr.Code == undefinedTable || pgErr.Code == undefinedColumn) || err == nil && len(lib.Rules) == 0 {
		return files, own + ": the database holds none that this program reads yet, start the program on it once", nil
	}
	from = "the database's, with every edit of the desk"
	if err == nil && files.NewTo(lib) > 0 {
		from += fmt.Sprintf("; %d rows of this program are not in it yet, start the program on it once", files.NewTo(lib))
	}
	return lib, from, err
}

// withLaw runs fn on the database's rules. It changes nothing there.
func (p *program) withLaw(ctx context.Context, fn func(*clearance.Service) error) error {
	db, err := p.openDatabase(ctx)
	if err != nil {
		return err
	}
	defer db.close(ctx)
	return fn(clearance.New(db.pool, time.Now))
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
func (p *program) printCases(cases []casebook.Case) error {
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
