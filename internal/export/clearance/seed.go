package clearance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Seed brings what the files hold into the database and changes nothing that is there: a row that the database does not
// know by its content becomes a new version. Where an admin has written a version, the file's does not come into force
// over it: it waits, and the desk shows it until somebody publishes. It may run at every start and in many copies.
func Seed(ctx context.Context, db pg.DB, files *Library) (err error) {
	defer errs.Wrap(&err, "clearance.Seed")
	have, err := selectLibrary(ctx, db)
	if err != nil || len(files.missing(have)) == 0 {
		return err
	}
	return pg.InTx(ctx, db, func(tx pgx.Tx) error {
		if err := lockEdition(ctx, tx); err != nil {
			return err
		}
		have, err := selectLibrary(ctx, tx)
		if err != nil {
			return err
		}
		var batch pgx.Batch
		for _, r := range files.missing(have) {
			r.Its().Waiting = have.edited(r)
			if r.Its().Waiting {
				slog.WarnContext(ctx, "a newer text waits for an admin: an edit of the desk stands", "name", key(r))
			}
			queueRow(&batch, r, 0)
		}
		if err := pg.Send(ctx, tx, &batch); err != nil {
			return err
		}
		return bumpEdition(ctx, tx)
	})
}

// Rows are all rows of the library, each with what it is.
func (lib *Library) Rows() []Row {
	var all []Row
	for i := range lib.Rules {
		all = append(all, &lib.Rules[i])
	}
	for i := range lib.Tables {
		all = append(all, &lib.Tables[i])
	}
	return all
}

// key tells a rule from a table of the same name.
func key(r Row) string {
	if _, ok := r.(*Rule); ok {
		return "rule " + r.Named()
	}
	return "table " + r.Named()
}

// missing are the rows that the other library does not have from a file. They are copies.
func (lib *Library) missing(have *Library) []Row {
	known := map[string]bool{}
	for _, r := range have.Rows() {
		if r.Its().Origin == FromFile {
			known[key(r)+" "+r.mark()] = true
		}
	}
	var found []Row
	copied := &Library{Rules: append([]Rule(nil), lib.Rules...), Tables: append([]Dated(nil), lib.Tables...)}
	for _, r := range copied.Rows() {
		if !known[key(r)+" "+r.mark()] {
			found = append(found, r)
		}
	}
	return found
}

// NewTo counts the rows of files that a database's library does not have yet.
func (lib *Library) NewTo(have *Library) int { return len(lib.missing(have)) }

// edited says whether an admin has written a version of the row.
func (lib *Library) edited(r Row) bool {
	for _, other := range lib.Rows() {
		if key(other) == key(r) && other.Its().Origin == FromDesk {
			return true
		}
	}
	return false
}

// mark is a digest of what the rule says; its version and where it came from aside.
func (r *Rule) mark() string {
	return digest(r.ID, r.Area, r.Step, r.Rank, r.When, r.Outcome, r.Then, r.words())
}

func (d *Dated) mark() string {
	return digest(d.Name, d.Area, d.Figure, append([]string{}, d.Values...), d.words()) // no values are an empty list, wherever they come from
}

func (p *Provenance) words() []any {
	words := []any{p.Authority, p.Source, p.Quote, p.From.Unix(), p.To.Unix(), p.Checked.Unix(), p.CheckedBy, p.Status}
	if p.English != (English{}) { // a row without a translation keeps the digest it had before there were any
		words = append(words, p.English)
	}
	return words
}

func digest(parts ...any) string {
	raw, err := json.Marshal(parts)
	if err != nil {
		panic(err) // strings, numbers and lists of them always marshal
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}
