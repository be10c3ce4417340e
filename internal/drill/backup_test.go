package drill

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// A shop at work is backed up, its server is lost, and a new one stands up from the file: every table has the rows and
// sums it had, every file its bytes, and the next purchase goes through.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	database, data := dbtest.URL(t), t.TempDir()
	p := serve(t, database, "--data", data)
	s := stock(t, database)
	for range 4 {
		if _, err := newBuyer(t, p.URL, 20*time.Second).buy(s.offers...); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := newBuyer(t, p.URL, 20*time.Second).checkout(s.offers...); err != nil { // somebody is in the middle
		t.Fatal(err)
	}
	files := map[string]string{"images/ab/400.jpg": strings.Repeat("picture", 40000), "feed/7/list.bin": "<yml_catalog/>", "documents/cd.bin": "%PDF-"}
	fillStore(t, data, files)
	const busy = `select (select count(*) from product_changes) + (select count(*) from river_job where state in ('available', 'running', 'retryable'))`
	for deadline := time.Now().Add(time.Minute); s.number(busy) > 0 && time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond) // or the sums below would be of a later moment than the backup
	}
	file := filepath.Join(t.TempDir(), "shop.tar")
	if out, err := run(t, "backup", file, "--database-url", database, "--data", data); err != nil || !strings.Contains(out, "backed up") {
		t.Fatalf("backup: %v\n%s", err, out)
	}
	p.kill()
	want := sums(t, s.db)

	fresh, elsewhere := dbtest.EmptyURL(t), t.TempDir()
	if out, err := run(t, "restore", file, "--database-url", fresh, "--data", elsewhere); err != nil || !strings.Contains(out, "restored") {
		t.Fatalf("restore: %v\n%s", err, out)
	}
	s2 := &shop{t: t, db: open(t, fresh), offers: s.offers}
	if diff := cmp.Diff(want, sums(t, s2.db)); diff != "" {
		t.Errorf("tables differ (-backed up +restored):\n%s", diff)
	}
	compareStore(t, elsewhere, files)
	s2.balanced()
	p2 := serve(t, fresh, "--data", elsewhere)
	if _, err := newBuyer(t, p2.URL, 20*time.Second).buy(s.offers...); err != nil {
		t.Error(err)
	}
	if a, err := newBuyer(t, p2.URL, 0).once(t.Context(), http.MethodGet, "/", nil); err != nil || a.status != http.StatusOK {
		t.Errorf("the restored shop answers %d, %v", a.status, err)
	}
	refusesToRestore(t, file, fresh, elsewhere)
}

// refusesToRestore hands restore what it must not take: each is one line, and nothing changes.
func refusesToRestore(t *testing.T, good, full, data string) {
	t.Helper()
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(whole)
	damaged[len(damaged)/3] ^= 0x20
	empty := dbtest.EmptyURL(t)
	for name, tt := range map[string]struct {
		content        []byte
		database, want string
	}{
		"a file of something else": {[]byte("<html>not a backup</html>"), empty, "not a backup"},
		"an empty file":            {nil, empty, "not a backup"},
		"cut off":                  {whole[:len(whole)*2/3], empty, "cut off"},
		"cut off at the end":       {whole[:len(whole)-4096], empty, "cut off"},
		"damaged":                  {damaged, empty, "damaged"},
		"over a shop":              {whole, full, "--force"},
	} {
		path := filepath.Join(t.TempDir(), "x.tar")
		if err := os.WriteFile(path, tt.content, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := run(t, "restore", path, "--database-url", tt.database, "--data", data)
		out = withoutLog(out)
		if err == nil || !strings.Contains(out, tt.want) && !strings.Contains(out, "connected") || strings.Count(out, "\n") != 1 {
			t.Errorf("%s: %v, %q; want one line with %q", name, err, out, tt.want)
		}
	}
	if out, err := run(t, "restore", filepath.Join(data, "none.tar"), "--database-url", empty, "--data", data); err == nil || !strings.Contains(out, "cannot be opened") {
		t.Errorf("no such file: %v, %q", err, out)
	}
}

func withoutLog(text string) string {
	var kept strings.Builder
	for l := range strings.Lines(text) {
		if !strings.HasPrefix(l, "{") {
			kept.WriteString(l)
		}
	}
	return kept.String()
}

func open(t *testing.T, database string) *pgxpool.Pool {
	t.Helper()
	db, err := pg.Open(t.Context(), database, pg.Options{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// sums reads every table's rows and a sum of its contents, except where the programs that run keep notes of themselves,
// and the sheets of cards: copies that a job writes anew at any moment.
func sums(t *testing.T, db *pgxpool.Pool) map[string]string {
	t.Helper()
	names, err := pg.Scalars[string](t.Context(), db, `select relname::text from pg_class where relnamespace = 'public'::regnamespace
		and relkind = 'r' and relpersistence = 'p' and relname not like 'river%' and relname not in ('backups', 'card_sheets', 'card_prints')`)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, name := range names {
		if all[name], err = pg.Scalar[string](t.Context(), db, `select count(*)::text || ' ' || coalesce(sum(hashtextextended(x::text, 7)::numeric), 0)::text from "`+name+`" x`); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func fillStore(t *testing.T, data string, files map[string]string) {
	t.Helper()
	store, err := blob.OpenDisk(filepath.Join(data, "files"))
	if err != nil {
		t.Fatal(err)
	}
	for key, text := range files {
		if err := store.Put(t.Context(), key, strings.NewReader(text), int64(len(text)), ""); err != nil {
			t.Fatal(err)
		}
	}
}

func compareStore(t *testing.T, data string, files map[string]string) {
	t.Helper()
	for key, want := range files {
		got, err := os.ReadFile(filepath.Join(data, "files", key))
		if err != nil || string(got) != want {
			t.Errorf("%s: %d bytes, want %d: %v", key, len(got), len(want), err)
		}
	}
}
