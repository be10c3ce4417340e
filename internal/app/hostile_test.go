package app

import (
	"archive/tar"
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// sharedData is where the test data that all projects share lies. A clone without it tries what the tests make themselves.
func sharedData() string { return cmp.Or(os.Getenv("YARMARKA_TESTDATA"), "../../../shared/data") }

// sample is one hostile file: its path in the test data, or what it was made as, and its bytes.
type sample struct {
	name    string
	content []byte
}

// maxSample bounds what a packed sample may become: larger than any limit of ours that it is to meet.
const maxSample = 64 << 20

// given reads every hostile file of the test data under one of folders, all when none is named, unpacked.
func given(t testing.TB, folders ...string) []sample {
	t.Helper()
	root := filepath.Join(sharedData(), "hostile")
	if _, err := os.Stat(sharedData()); errors.Is(err, fs.ErrNotExist) {
		t.Logf("%s is not here: only what the tests make is tried", sharedData())
		return nil
	}
	var list []sample
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		top, _, _ := strings.Cut(filepath.ToSlash(name), "/")
		if len(folders) > 0 && !slices.Contains(folders, top) {
			return nil
		}
		list = append(list, unpacked(t, name, path)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatalf("no hostile files in %s/%v", root, folders)
	}
	return list
}

// unpacked reads one file; one packed with zstd gives itself as it is and what is inside.
func unpacked(t testing.TB, name, path string) []sample {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list := []sample{{name, raw}}
	if !strings.HasSuffix(name, ".zst") {
		return list
	}
	z, err := zstd.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	name = strings.TrimSuffix(name, ".zst")
	if !strings.HasSuffix(name, ".tar") {
		inside, err := io.ReadAll(io.LimitReader(z, maxSample))
		if err != nil {
			t.Fatal(err)
		}
		return append(list, sample{name, inside})
	}
	for files := tar.NewReader(z); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		inside, err := io.ReadAll(io.LimitReader(files, maxSample))
		if err != nil {
			t.Fatal(err)
		}
		if head.Typeflag == tar.TypeReg {
			list = append(list, sample{name + "/" + head.Name, inside})
		}
	}
}

// naughty gives every line of the lists of naughty strings and payloads.
func naughty(t testing.TB) []string {
	t.Helper()
	var list []string
	for _, s := range given(t, "naughty-strings", "payloads") {
		if strings.Contains(s.name, "LICENSE") || strings.HasSuffix(s.name, ".json") {
			continue
		}
		lines := bufio.NewScanner(bytes.NewReader(s.content))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if text := lines.Text(); text != "" && !strings.HasPrefix(text, "#") {
				list = append(list, text)
			}
		}
		if err := lines.Err(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
	}
	return list
}

// unkeepable are texts that a database cannot keep as they were typed: they must be refused, never mended in silence.
// The marker, found in the database afterwards, says which of them was kept.
func unkeepable(marker string) map[string]string {
	return map[string]string{
		"NUL": marker + "\x00x", "broken UTF-8": marker + "\xff\xfe", "an overlong slash": marker + "\xc0\xaf", "a lone surrogate": marker + "\xed\xa0\x80",
		"windows-1251": marker + "\xcf\xf0\xe8", "a megabyte": marker + strings.Repeat("щ", 500_000),
	}
}

// nasty are texts of every kind that people, scanners and bots send: kept and shown harmlessly, or refused.
var nasty = []string{
	"", " ", "\u00a0\u2003", "\u202egnp.exe", "a\u200b\u2060\ufeffb", "z" + strings.Repeat("\u0351\u0489", 300), strings.Repeat("щ", 5000), strings.Repeat("\U0001F468\u200d", 200),
	`<script>alert("` + inertMark + `")</script>`, `"><svg onload=alert(1)>`, `'"><img src=x onerror=alert(1)>`, "{{7*7}}${7*7}<%= 7*7 %>#{7*7}", "javascript:alert(1)",
	"</script><script>alert(1)//", "]]><!--", "' or 1=1; drop table people;--", "$$ $1 :a @b $$", `{"$gt":""}`, "a\r\nBcc: x@evil.example\r\n\r\n<b>", "%s%n%x%00", "../../../etc/passwd",
	`\\evil.example\share`, "+ADw-script+AD4-", "0", "-1", "-0", "1.5", "1e2", "1e309", "NaN", "Infinity", "0x10", "2147483648", "9223372036854775807", "9223372036854775808",
	strings.Repeat("9", 400), "１", "٣", "3 шт", "1,5", "10000-01-01", "2026-02-30", "0000-00-00", "9999-12-31", "true", "null", "undefined", "[object Object]",
	"=cmd|' /C calc'!A0", "http://169.254.169.254/latest/meta-data/", "http://[::1]:5432/", "file:///etc/passwd", "gopher://127.0.0.1:25/_x",
}

// inertMark stands in a script of ours; in a page it may only be found as text.
const inertMark = "ярмарка-не-исполняет"

// insides are what a page must never show, whatever was sent.
var insides = []string{"goroutine ", ".go:", "SQLSTATE", "pgconn", "runtime error", "ERROR:", "panic:", "stack trace"}

// sane checks an answer to something hostile: no failure of ours, nothing internal, nothing of it running.
func (w *world) sane(what string, got reply) {
	w.t.Helper()
	if got.StatusCode >= 500 && got.StatusCode != 503 {
		w.t.Errorf("%s answers %d: %.300q", what, got.StatusCode, got.body)
	}
	for _, inside := range insides {
		if strings.Contains(got.body, inside) {
			w.t.Errorf("%s shows %q", what, inside)
		}
	}
	if strings.Contains(got.body, "<script>alert(") || strings.Contains(got.body, "<svg onload=alert(1)>") {
		w.t.Errorf("%s gives markup back as it came", what)
	}
	if got.StatusCode >= 400 && strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") && !strings.Contains(got.body, "<h1") {
		w.t.Errorf("%s answers %d without a word to the visitor", what, got.StatusCode)
	}
	if to := got.Header.Get("Location"); strings.ContainsAny(to, "\r\n") || strings.Contains(strings.ToLower(to), "evil.example/") {
		w.t.Errorf("%s leads to %q", what, to)
	}
}

// counts says how many rows each table has and how many files are kept; what any request may touch is left out.
func (w *world) counts() map[string]int64 {
	w.t.Helper()
	var each []string
	for _, table := range w.tables() {
		if restless[table] != "*" {
			each = append(each, "select '"+table+"' as of, count(*) as n from "+table)
		}
	}
	all := one[map[string]int64](w.site, "select jsonb_object_agg(of, n) from ("+strings.Join(each, " union all ")+") t")
	all["files"] = w.blobs()
	return all
}

func (w *world) tables() []string {
	w.t.Helper()
	return one[[]string](w.site, `select array_agg(c.relname::text order by 1) from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind = 'r' and n.nspname = 'public'`)
}

// blobs counts the files in the store of the site.
func (w *world) blobs() (n int64) {
	w.t.Helper()
	err := filepath.WalkDir(filepath.Join(w.data, "files"), func(_ string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	w.must(err)
	return n
}

// same compares counts before and after what had to be refused.
func (w *world) same(what string, before map[string]int64) {
	w.t.Helper()
	for table, n := range w.counts() {
		if n != before[table] {
			w.t.Errorf("%s left %d new in %s", what, n-before[table], table)
		}
	}
}

// highWater runs work and says how far the heap rose above where it stood, in bytes. Only a test that runs beside no
// other may ask.
func highWater(work func()) uint64 {
	heap := func() uint64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	defer debug.SetGCPercent(debug.SetGCPercent(20)) // what is still in use, with little of what is not
	runtime.GC()
	start, top := heap(), uint64(0)
	var watch sync.WaitGroup
	done := make(chan struct{})
	watch.Go(func() {
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-tick.C:
				top = max(top, heap())
			case <-done:
				tick.Stop()
				return
			}
		}
	})
	work()
	close(done)
	watch.Wait()
	top = max(top, heap())
	return top - min(start, top)
}
