package hs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service suggests and checks codes.
type Service struct {
	db  *pgxpool.Pool
	now func() time.Time
	// Confirmed tells what codes other sellers have confirmed for things like this one; nil is nobody.
	Confirmed func(ctx context.Context, t Thing) ([]Vote, error)
}

// New makes the service.
func New(db *pgxpool.Pool, now func() time.Time) *Service { return &Service{db: db, now: now} }

// Line is a code of ten digits and the days it is in force; To is nil while no end is known.
type Line struct {
	Code Code
	Name string
	From time.Time
	To   *time.Time
}

// Lines are the ten-digit codes under a subheading that are in force on a day; none where the nomenclature was never
// imported.
func (s *Service) Lines(ctx context.Context, code string, day time.Time) (list []Line, err error) {
	defer errs.Wrap(&err, "hs.Lines(%s)", code)
	if Digits(code) != code || len(code) < 4 {
		return nil, nil
	}
	return selectLines(ctx, s.db, day, code)
}

// Known reports whether a ten-digit code is in force on a day. Where the nomenclature was never imported nobody can tell,
// and the code passes.
func (s *Service) Known(ctx context.Context, code string, day time.Time) (ok bool, err error) {
	defer errs.Wrap(&err, "hs.Known(%s)", code)
	imported, err := selectImported(ctx, s.db)
	if err != nil || !imported {
		return !imported, err
	}
	list, err := s.Lines(ctx, code, day)
	return len(list) == 1 && string(list[0].Code) == code, err
}

// File is what became of one file of the nomenclature.
type File struct {
	Name, Version string
	Day           time.Time
	Rows          int64
	Same          bool // imported before, nothing changed
}

// ErrNoFiles says that a folder holds none of the files.
var ErrNoFiles = errors.New("there is none of TNVED1.TXT, TNVED2.TXT, TNVED3.TXT, TNVED4.TXT")

// Import reads the tax service's files from a folder, all of them or none: a row that cannot be read is an error with its
// file and line, and leaves everything as it was. The same files again change nothing.
func (s *Service) Import(ctx context.Context, folder fs.FS) (done []File, err error) {
	names, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		done = nil
		if _, err := tx.Exec(ctx, `set local statement_timeout = '5min'`); err != nil {
			return err
		}
		for level, l := range layouts {
			for _, entry := range names {
				if !strings.EqualFold(entry.Name(), l.name) || entry.IsDir() {
					continue
				}
				f, err := s.importFile(ctx, tx, folder, entry.Name(), level+1)
				if err != nil {
					return err
				}
				done = append(done, f)
			}
		}
		return nil
	})
	if err == nil && len(done) == 0 {
		err = ErrNoFiles
	}
	return done, err
}

func (s *Service) importFile(ctx context.Context, tx pgx.Tx, folder fs.FS, path string, level int) (f File, err error) {
	l := layouts[level-1]
	f.Name = l.name
	sum, err := hashOf(folder, path)
	if err != nil {
		return f, err
	}
	file, err := folder.Open(path)
	if err != nil {
		return f, err
	}
	defer file.Close() //nolint:errcheck // read only
	r, err := l.open(file)
	if err != nil {
		return f, err
	}
	f.Version, f.Day = r.Version, r.Day
	if have, ok, err := selectFileHash(ctx, tx, l.name); err != nil || ok && have == sum {
		f.Same = ok
		return f, err
	}
	if err := createStage(ctx, tx); err != nil {
		return f, err
	}
	n, err := tx.CopyFrom(ctx, pgx.Identifier{"tnved_stage"}, []string{"line", "code", "valid_from", "valid_to", "name", "note"}, r)
	if r.err != nil { // what our reader says, not how the copying puts it
		return f, r.err
	}
	if err != nil {
		return f, fmt.Errorf("%s: %w", l.name, err)
	}
	if n == 0 {
		return f, r.wrong("the file has no rows: is it cut off?")
	}
	if f.Rows, err = replaceLevel(ctx, tx, level); err != nil {
		return f, err
	}
	return f, upsertFile(ctx, tx, f, sum, s.now())
}

// hashOf reads a file through once, so that the same file again costs no writing.
func hashOf(folder fs.FS, path string) (string, error) {
	file, err := folder.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // read only
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
