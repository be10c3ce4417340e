package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/backup"
	"github.com/yarmarka/yarmarka/internal/platform/migrate"
)

func restoreFlags(f *flag.FlagSet, p *program) {
	f.BoolVar(&p.own.force, "force", false, "lose what is in the database")
}

// backupTo is the subcommand backup.
func backupTo(ctx context.Context, p *program) error {
	path, err := p.backupFile()
	if err != nil {
		return err
	}
	return p.withFiles(ctx, func(db *database, files backup.Files) error {
		state, err := migrate.Read(ctx, db.direct)
		if err != nil {
			return err
		}
		if state.Current != state.Latest || state.Dirty {
			return fault("run 'yarmarka migrate up' first, or the program it was last used with",
				"the database stands at step %d, this program is at %d", state.Current, state.Latest)
		}
		m, err := backup.Create(ctx, backup.Source{URL: db.direct, Files: files, Program: revision(), Schema: state.Current, Now: time.Now}, path)
		if err != nil {
			return explainBackup(err, path)
		}
		return p.tell("backed up", path, m)
	})
}

// restoreFrom is the subcommand restore.
func restoreFrom(ctx context.Context, p *program) error {
	path, err := p.backupFile()
	if err != nil {
		return err
	}
	latest, err := migrate.Latest()
	if err != nil {
		return err
	}
	if _, err := backup.Verify(ctx, path); err != nil { // before a database is so much as started
		return explainBackup(err, path)
	}
	return p.withFiles(ctx, func(db *database, files backup.Files) error {
		db.pool.Close() // this program's own connections must not count as somebody else's
		m, err := backup.Restore(ctx, backup.Target{URL: db.direct, Files: files, Latest: latest, Force: p.own.force}, path)
		if err != nil {
			return explainBackup(err, path)
		}
		if err := migrate.Up(ctx, db.direct); err != nil {
			return err
		}
		return p.tell("restored", path, m)
	})
}

func (p *program) backupFile() (string, error) {
	if len(p.args) != 1 {
		return "", Fault{"one file must be named", "yarmarka backup FILE, yarmarka restore FILE [--force]"}
	}
	return filepath.Abs(p.args[0])
}

// withFiles opens the database as it stands, and the file store.
func (p *program) withFiles(ctx context.Context, fn func(*database, backup.Files) error) error {
	if err := p.prepareData(); err != nil {
		return err
	}
	store, err := p.openFiles(ctx)
	if err != nil {
		return err
	}
	files, ok := store.(backup.Files)
	if !ok {
		return Fault{"the file store cannot list its files", "use a folder or an S3-compatible store"}
	}
	db, err := p.openDatabase(ctx)
	if err != nil {
		return err
	}
	defer db.close(ctx)
	return fn(db, files)
}

func (p *program) tell(what, path string, m backup.Manifest) error {
	_, err := fmt.Fprintf(p.out, "%s %s: %d tables, %d rows, %d files of %d bytes, schema %d, made at %s\n", what, path,
		len(m.Tables), m.Rows(), len(m.Files), m.FileBytes(), m.Schema, m.MadeAt.Format(time.RFC3339))
	return err
}

// explainBackup says what to do about a backup that cannot be made or taken back.
func explainBackup(err error, path string) error {
	for _, known := range []struct {
		is error
		do string
	}{
		{backup.ErrNotBackup, "name a file that 'yarmarka backup' made"},
		{backup.ErrCutOff, "copy it again, or take an older one"},
		{backup.ErrDamaged, "copy it again, or take an older one"},
		{backup.ErrNewer, "restore it with the program it was made by, or a newer one"},
		{backup.ErrNotEmpty, "name an empty database, or add --force to lose what is in it"},
		{backup.ErrInUse, "stop serve and work, then try again"},
		{backup.ErrTool, "install them (postgresql-client) in the server's version or a newer one"},
		{backup.ErrDiffers, "keep the file, try another database, and report it"},
	} {
		if errors.Is(err, known.is) {
			return Fault{path + ": " + oneLine(err), known.do}
		}
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return Fault{path + " cannot be opened (" + oneLine(err) + ")", "check the path and its folder's owner"}
	}
	return err
}
