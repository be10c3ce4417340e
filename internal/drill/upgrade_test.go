package drill

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// The program from before the last migration serves; the new one starts beside it, migrates under load, and takes over.
// Nobody notices, and the old copy goes on working on the new schema until it is ended.
func TestUpgradeUnderLoad(t *testing.T) {
	t.Parallel()
	database := dbtest.EmptyURL(t)
	old := serveWith(t, oldProgram(t), database)
	s := stock(t, database)
	var wg sync.WaitGroup
	var over atomic.Bool
	var faults, bought atomic.Int64
	for range 3 {
		wg.Go(func() {
			for !over.Load() && !t.Failed() {
				b := newBuyer(t, old.URL, 20*time.Second)
				if _, err := b.buy(s.offers...); err != nil {
					t.Error(err)
				}
				faults.Add(int64(b.faults))
				bought.Add(1)
			}
		})
	}
	time.Sleep(time.Second)
	before := s.number(`select max(version) from schema_migrations`)
	fresh := serve(t, database)
	after := s.number(`select max(version) from schema_migrations`)
	time.Sleep(time.Second)
	over.Store(true)
	wg.Wait()
	t.Logf("%d purchases at the old program while the schema went from %d to %d", bought.Load(), before, after)
	if n := faults.Load(); n > 0 {
		t.Errorf("%d requests failed", n)
	}
	if after <= before {
		t.Errorf("the schema stayed at %d", after)
	}
	if _, err := newBuyer(t, fresh.URL, time.Minute).buy(s.offers...); err != nil {
		t.Error(err)
	}
	s.balanced()
}

// oldProgram builds the program as it was before the last commit that added a migration, or the one before that where
// its steps were taken back since, where it had the newest of today's already, or where it cannot be built.
func oldProgram(t *testing.T) string {
	t.Helper()
	commits, err := git("log", "-8", "--format=%H", "--diff-filter=A", "--", "migrations/*.up.sql")
	if err != nil {
		t.Fatalf("the history of the migrations cannot be read: %v", err)
	}
	steps, err := filepath.Glob("../../migrations/*.up.sql")
	if err != nil || len(steps) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	newest := filepath.Base(slices.Max(steps))
	for commit := range strings.FieldsSeq(commits) {
		if edited, err := git("diff", "--name-only", "--no-renames", "--diff-filter=DM", commit+"~1", "--", "migrations/*.sql"); err != nil || edited != "" {
			t.Logf("%s~1 had other steps: %s %v", commit[:10], edited, err)
			continue
		}
		if had, err := git("ls-tree", "--name-only", commit+"~1", "migrations/"+newest); err != nil || had != "" {
			t.Logf("%s~1 had the newest step: %v", commit[:10], err)
			continue
		}
		path, err := buildAt(t, commit+"~1")
		if err == nil {
			t.Logf("the old program is %s~1", commit[:10])
			return path
		}
		t.Logf("%s~1: %v", commit[:10], err)
	}
	t.Fatal("no earlier state can be built: does the checkout have its history?")
	return ""
}

func git(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

func buildAt(t *testing.T, commit string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	archive := exec.Command("sh", "-ec", `git archive "$0" -o "$1/all.tar"; tar -xf "$1/all.tar" -C "$1"`, commit, dir)
	archive.Dir = "../.."
	if out, err := archive.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	path := filepath.Join(t.TempDir(), "old")
	return path, build(dir, path)
}
