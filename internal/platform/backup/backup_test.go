package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/backup"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

const schema = 20260119000000

func made(t *testing.T, program uint) (string, string, *blob.Disk) {
	t.Helper()
	store, err := blob.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Put(t.Context(), "a/b.txt", strings.NewReader("hello"), 5, ""); err != nil {
		t.Fatal(err)
	}
	address, path := dbtest.URL(t), filepath.Join(t.TempDir(), "backup.tar")
	m, err := backup.Create(t.Context(), backup.Source{URL: address, Files: store, Program: "test", Schema: program, Now: time.Now}, path)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Tables) < 30 || len(m.Files) != 1 || m.FileBytes() != 5 {
		t.Fatalf("%d tables, %d files in the backup", len(m.Tables), len(m.Files))
	}
	return path, address, store
}

// A backup is refused whole before anything is touched, wherever it was cut or changed.
func TestVerifyFindsEveryDamage(t *testing.T) {
	t.Parallel()
	path, _, _ := made(t, schema)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Verify(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	bent := filepath.Join(t.TempDir(), "bent.tar")
	// The heading before says whose file it is, nothing more.
	for at := 1030; at < len(whole)-2000; at += len(whole) / 23 {
		for name, content := range map[string][]byte{"cut": whole[:at], "changed": append(append(append([]byte{}, whole[:at]...), whole[at]^0xff), whole[at+1:]...)} {
			if err := os.WriteFile(bent, content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := backup.Verify(t.Context(), bent)
			if !errors.Is(err, backup.ErrCutOff) && !errors.Is(err, backup.ErrDamaged) && !errors.Is(err, backup.ErrNotBackup) {
				t.Errorf("%s at %d of %d: %v", name, at, len(whole), err)
			}
		}
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	path, full, store := made(t, schema)
	newer, _, _ := made(t, schema+1)
	busy := dbtest.EmptyURL(t)
	conn, err := pgx.Connect(t.Context(), busy)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	for name, tt := range map[string]struct {
		path, address string
		want          error
	}{
		"a newer program's":  {newer, dbtest.EmptyURL(t), backup.ErrNewer},
		"over a shop":        {path, full, backup.ErrNotEmpty},
		"while others work":  {path, busy, backup.ErrInUse},
		"something else":     {os.Args[0], dbtest.EmptyURL(t), backup.ErrNotBackup},
		"what is not there":  {path + ".gone", dbtest.EmptyURL(t), os.ErrNotExist},
		"not a file at all":  {t.TempDir(), dbtest.EmptyURL(t), backup.ErrNotBackup},
		"an unfinished file": {path + ".part", dbtest.EmptyURL(t), os.ErrNotExist},
	} {
		if _, err := backup.Restore(t.Context(), backup.Target{URL: tt.address, Files: store, Latest: schema}, tt.path); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	if _, err := backup.Restore(t.Context(), backup.Target{URL: full, Files: store, Latest: schema, Force: true}, path); err != nil {
		t.Errorf("by force: %v", err)
	}
}

// What cannot be finished leaves no file that looks like a backup, and an earlier one untouched.
func TestAFailedBackupLeavesTheOldOne(t *testing.T) {
	t.Parallel()
	path, address, store := made(t, schema)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	_, err = backup.Create(ctx, backup.Source{URL: address, Files: broken{store}, Program: "test", Schema: schema, Now: time.Now}, path)
	if err == nil {
		t.Fatal("a backup without its files succeeded")
	}
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Errorf("the old backup is gone or changed: %v", err)
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// broken is a store whose listing fails.
type broken struct{ *blob.Disk }

func (broken) List(context.Context, func(string, int64) error) error {
	return errors.New("the store is away")
}
