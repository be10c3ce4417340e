package feed_test

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// blobs counts the files of imports that are kept.
func (b *bench) blobs() (n int) {
	b.T.Helper()
	err := filepath.WalkDir(b.Folder, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		b.T.Fatal(err)
	}
	return n
}

// An import that is refused because another one runs leaves no file, however often it is tried; nor does one that was
// fetched in vain.
func TestRefusedImportsLeaveNoFile(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	take := func() error {
		_, err := h.S.Take(t.Context(), feed.Source{SellerID: h.Shop.ID, Name: "price.xml", Absent: feed.KeepAbsent}, feed.Import{}, bytes.NewReader([]byte(offers(3, 1000))))
		return err
	}
	if err := take(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := take(); !errs.Is(err, errs.Conflict) {
			t.Fatalf("a second import of a source that runs: %v", err)
		}
	}
	source := h.add(h.url, 0)
	h.trip(source)
	for range 2 { // the first one's import still waits for its worker
		if f := h.trip(source); f.State != feed.FetchFailed {
			t.Fatalf("%s %s", f.State, f.MessageKey)
		}
	}
	if n := h.blobs(); n != 2 {
		t.Errorf("%d files of two imports", n)
	}
}

// Files go when nothing can be done with them any more: a catalogue's soon after its end, a rehearsal's and a table's days
// later, one that two imports share with the later of them; and not before.
func TestFilesOfImportsThatAreOverGo(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{Kind: pricelist.YML, Name: "Склад", Absent: feed.KeepAbsent})
	sweep := func(want int, when string) {
		t.Helper()
		if err := b.S.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := b.blobs(); n != want {
			t.Errorf("%s: %d files, want %d", when, n, want)
		}
	}
	ended := func(ago string) {
		t.Helper()
		if _, err := b.DB.Exec(t.Context(), `update imports set finished_at = now() - $1::interval where finished_at is not null`, ago); err != nil {
			t.Fatal(err)
		}
	}
	run := func(i feed.Import, price int) int64 {
		t.Helper()
		i.SellerID, i.SourceID = b.Shop.ID, b.Source
		id, err := b.S.Upload(t.Context(), i, bytes.NewReader([]byte(offers(3, price))))
		if err != nil {
			t.Fatal(err)
		}
		sweep(b.blobs(), "an import that has not begun")
		if err := b.S.Run(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		return id
	}
	run(feed.Import{}, 1000)
	rehearsed := run(feed.Import{DryRun: true}, 1100)
	sweep(2, "just ended")
	ended("2 hours")
	sweep(1, "two hours later, the catalogue's is gone")
	applied, err := b.S.ApplyRehearsed(t.Context(), b.Shop.ID, rehearsed, b.Person("owner@example.ru"))
	if err != nil {
		t.Fatal(err)
	}
	ended("100 days")
	sweep(1, "an import runs on a rehearsed file")
	if err := b.S.Run(t.Context(), applied); err != nil {
		t.Fatal(err)
	}
	ended("4 days")
	sweep(0, "four days later")
	if _, err := b.S.ApplyRehearsed(t.Context(), b.Shop.ID, rehearsed, b.Person("other@example.ru")); errs.KeyOf(err) != "feed.file_gone" {
		t.Errorf("a rehearsal whose file is gone is applied: %v", err)
	}
	if n := b.Count(`select count(*) from import_diffs`); n == 0 {
		t.Error("the rehearsal's differences are gone too soon")
	}
	ended("100 days")
	sweep(0, "a quarter later")
	if n := b.Count(`select count(*) from import_diffs`); n != 0 {
		t.Errorf("%d differences of an import of last quarter", n)
	}
}

// A seller's files are bounded together.
func TestFilesOfASellerAreBounded(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	h.trip(h.add(h.url, 0))
	if _, err := h.DB.Exec(t.Context(), `update imports set size = $1`, feed.MaxKept); err != nil {
		t.Fatal(err)
	}
	_, err := h.S.Take(t.Context(), feed.Source{SellerID: h.Shop.ID, Name: "b.xml", Absent: feed.KeepAbsent}, feed.Import{}, bytes.NewReader([]byte(offers(3, 1000))))
	if errs.KeyOf(err) != "feed.no_room" {
		t.Errorf("%v, want feed.no_room", err)
	}
	if f := h.trip(h.add(h.url+"?b", 0)); f.State != feed.FetchFailed || f.MessageKey != "feed.no_room" {
		t.Errorf("a trip: %s %s", f.State, f.MessageKey)
	}
}

// A server's marks of a version are a stranger's bytes: those that are no text are not kept.
func TestMarksOfVersionsMayBeRubbish(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	for _, mark := range []string{"\xff\xfe", string(bytes.Repeat([]byte("x"), 20<<10)), "\"\u202e\""} {
		h.answer = func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Etag"] = []string{mark}
			w.Header()["Last-Modified"] = []string{mark}
			io.WriteString(w, offers(3, 1000))
		}
		source := h.add(h.url+"?"+string(rune('a'+len(mark)%20)), 0)
		if f := h.trip(source); f.State != feed.FetchDone {
			t.Errorf("%.10q: %s %s", mark, f.State, f.MessageKey)
		}
	}
	if n := h.Count(`select count(*) from feed_sources where etag <> '' or last_modified <> ''`); n != 0 {
		t.Errorf("%d marks are kept", n)
	}
}
