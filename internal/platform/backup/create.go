package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Source is what is backed up.
type Source struct {
	URL     string // of the database, direct, not through a pooler
	Files   Files
	Program string // this build
	Schema  uint   // where the database stands
	Now     func() time.Time
}

// Create writes a backup to path. The file is made under another name and renamed when it is complete and safe on the
// disk, so that a cut-off backup never looks like one.
func Create(ctx context.Context, s Source, path string) (m Manifest, err error) {
	conn, err := connect(ctx, s.URL)
	if err != nil {
		return m, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the server ends the session all the same
	part := path + ".part"
	out, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return m, err
	}
	m, err = s.write(ctx, conn, out)
	if err == nil {
		err = out.Sync()
	}
	info, statErr := out.Stat()
	if err = errors.Join(err, statErr, out.Close()); err != nil {
		return m, errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, path); err != nil {
		return m, err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return m, err
	}
	return m, insertBackup(ctx, conn, s.Now(), info.Size())
}

// syncDir makes a rename survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// write fills the file member by member. The database is read in one snapshot that pg_dump and the manifest share;
// the files come after it, so that none the snapshot knows is missing.
func (s Source) write(ctx context.Context, conn *pgx.Conn, out io.Writer) (Manifest, error) {
	m := Manifest{Program: s.Program, MadeAt: s.Now().UTC(), Schema: s.Schema, Files: map[string]Part{}}
	w := tar.NewWriter(out)
	if err := writeJSON(w, headingName, m.MadeAt, heading{layout, s.Program, s.Schema}); err != nil {
		return m, err
	}
	if err := s.database(ctx, conn, w, &m); err != nil {
		return m, err
	}
	err := s.Files.List(ctx, func(key string, _ int64) error {
		part, ok, err := s.file(ctx, w, key, m.MadeAt)
		if ok {
			m.Files[key] = part
		}
		return err
	})
	if err != nil {
		return m, err
	}
	if err := writeJSON(w, manifestName, m.MadeAt, m); err != nil {
		return m, err
	}
	return m, w.Close()
}

func writeJSON(w *tar.Writer, name string, at time.Time, v any) error {
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(raw)), ModTime: at}); err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

func (s Source) database(ctx context.Context, conn *pgx.Conn, w *tar.Writer, m *Manifest) error {
	return pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		var snapshot string
		if err := tx.QueryRow(ctx, `select pg_export_snapshot(), current_setting('server_version')`).Scan(&snapshot, &m.Postgres); err != nil {
			return err
		}
		var err error
		if m.Tables, err = tables(ctx, tx); err != nil {
			return err
		}
		dump, err := s.dump(ctx, snapshot)
		if err != nil {
			return err
		}
		defer os.Remove(dump) //nolint:errcheck // a temporary file
		f, err := os.Open(dump)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // only read
		info, err := f.Stat()
		if err != nil {
			return err
		}
		m.Database, err = writePart(w, databaseName, f, info.Size(), m.MadeAt)
		return err
	})
}

// file adds one uploaded file; one that was removed meanwhile is left out.
func (s Source) file(ctx context.Context, w *tar.Writer, key string, at time.Time) (Part, bool, error) {
	r, info, err := s.Files.Get(ctx, key)
	if errs.Is(err, errs.NotFound) {
		return Part{}, false, nil
	}
	if err != nil {
		return Part{}, false, err
	}
	defer r.Close() //nolint:errcheck // only read
	part, err := writePart(w, filesPrefix+key, r, info.Size, at)
	return part, err == nil, err
}

func writePart(w *tar.Writer, name string, r io.Reader, size int64, at time.Time) (Part, error) {
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: at, Format: tar.FormatPAX}); err != nil {
		return Part{}, err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), r)
	if err == nil && n != size {
		err = fmt.Errorf("%s has %d bytes, announced were %d", name, n, size)
	}
	return Part{Bytes: n, SHA256: hexSum(sum)}, err
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
