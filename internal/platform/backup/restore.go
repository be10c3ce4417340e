package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/blob"
)

// Target is where a backup is restored to.
type Target struct {
	URL    string // of the database, direct
	Files  blob.Store
	Latest uint // the newest schema this program knows
	Force  bool // what is in the database is lost
}

// Restore verifies the whole file, then fills the database and the file store from it, then compares.
func Restore(ctx context.Context, t Target, name string) (m Manifest, err error) {
	if m, err = Verify(ctx, name); err != nil {
		return m, err
	}
	if m.Schema > t.Latest {
		return m, fmt.Errorf("%w: it stands at step %d, this program knows up to %d", ErrNewer, m.Schema, t.Latest)
	}
	conn, err := connect(ctx, t.URL)
	if err != nil {
		return m, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the server ends the session all the same
	if err := t.prepare(ctx, conn); err != nil {
		return m, err
	}
	if err := t.unpack(ctx, name); err != nil {
		return m, err
	}
	if err := compare(ctx, conn, m); err != nil {
		return m, err
	}
	_, err = conn.Exec(ctx, `analyze`)
	return m, err
}

// A connection that was just closed is seen for a moment longer.
const (
	leaveTries = 10
	leavePause = 200 * time.Millisecond
)

// prepare makes sure that nobody works in the database and that nothing is in it.
func (t Target) prepare(ctx context.Context, conn *pgx.Conn) error {
	for try := 1; ; try++ {
		n, err := others(ctx, conn)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		if try == leaveTries {
			return fmt.Errorf("%w: %d", ErrInUse, n)
		}
		time.Sleep(leavePause)
	}
	full, err := occupied(ctx, conn)
	if err != nil {
		return err
	}
	if full && !t.Force {
		return ErrNotEmpty
	}
	if full {
		if err := empty(ctx, conn); err != nil {
			return err
		}
	}
	return ensureRole(ctx, conn)
}

func (t Target) unpack(ctx context.Context, name string) error {
	return walk(name, func(h *tar.Header, r io.Reader) error {
		if h.Name == databaseName {
			return load(ctx, t.URL, r)
		}
		key, ok := strings.CutPrefix(h.Name, filesPrefix)
		if !ok {
			return nil
		}
		return t.Files.Put(ctx, key, r, h.Size, mime.TypeByExtension(path.Ext(key)))
	})
}

// compare holds what is in the database now against the manifest.
func compare(ctx context.Context, conn *pgx.Conn, m Manifest) error {
	now, err := tables(ctx, conn)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(m.Tables)) {
		if now[name] != m.Tables[name] {
			return fmt.Errorf("%w: %s has %d rows (%s), backed up were %d (%s)", ErrDiffers, name,
				now[name].Rows, now[name].Sum, m.Tables[name].Rows, m.Tables[name].Sum)
		}
	}
	return nil
}

// Verify reads the whole file and holds every member against the manifest, changing nothing.
func Verify(ctx context.Context, name string) (m Manifest, err error) {
	seen := map[string]Part{}
	err = walk(name, func(h *tar.Header, r io.Reader) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if h.Name == manifestName {
			return json.NewDecoder(r).Decode(&m)
		}
		sum := sha256.New()
		n, err := io.Copy(sum, r)
		seen[h.Name] = Part{Bytes: n, SHA256: hexSum(sum)}
		return err
	})
	if err != nil {
		return m, err
	}
	if m.MadeAt.IsZero() {
		return m, ErrCutOff
	}
	if seen[databaseName] != m.Database {
		return m, fmt.Errorf("%w: the database in it", ErrDamaged)
	}
	for key, part := range m.Files {
		if seen[filesPrefix+key] != part {
			return m, fmt.Errorf("%w: the file %s in it", ErrDamaged, key)
		}
	}
	return m, nil
}

// walk gives the members of a backup in their order, after making sure that it is one.
func walk(name string, each func(h *tar.Header, r io.Reader) error) (err error) {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	r := tar.NewReader(f)
	for first := true; ; first = false {
		h, err := r.Next()
		switch {
		case errors.Is(err, io.EOF) && !first:
			return nil
		case err != nil && first:
			return ErrNotBackup
		case errors.Is(err, io.ErrUnexpectedEOF):
			return ErrCutOff
		case err != nil:
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if first {
			err = readHeading(h, r)
		} else {
			err = each(h, r)
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return ErrCutOff
		}
		if err != nil {
			return err
		}
	}
}

func readHeading(h *tar.Header, r io.Reader) error {
	var head heading
	if h.Name != headingName || json.NewDecoder(r).Decode(&head) != nil || head.Yarmarka == 0 {
		return ErrNotBackup
	}
	if head.Yarmarka > layout {
		return fmt.Errorf("%w: layout %d, this program reads up to %d", ErrNewer, head.Yarmarka, layout)
	}
	return nil
}
