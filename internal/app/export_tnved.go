package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/hs"
)

// importTNVED reads the tax service's nomenclature of ten digits from a folder into the database.
func (p *program) importTNVED(ctx context.Context, folder string) error {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return Fault{folder + " is no folder that can be read", "give the folder with TNVED1.TXT to TNVED4.TXT, as the tax service publishes them"}
	}
	db, err := p.openDatabase(ctx)
	if err != nil {
		return err
	}
	defer db.close(ctx)
	done, err := hs.New(db.pool, time.Now).Import(ctx, os.DirFS(folder))
	bad, wrong := errors.AsType[*hs.LineError](err)
	switch {
	case wrong:
		return Fault{bad.Error(), "mend the line, or download the file again; nothing was changed"}
	case errors.Is(err, hs.ErrNoFiles):
		return Fault{folder + ": " + err.Error(), "unpack the tax service's archive there"}
	case err != nil:
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "file\tversion\tof\trows\t")
	for _, f := range done {
		rows := fmt.Sprint(f.Rows)
		if f.Same {
			rows = "as before"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\n", f.Name, f.Version, f.Day.Format(time.DateOnly), rows)
	}
	return w.Flush()
}
