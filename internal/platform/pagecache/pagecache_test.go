package pagecache_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// shop is a handler that shows a number under each topic, and counts how often it was asked.
type shop struct {
	db    *pgxpool.Pool
	shown sync.Map
	made  atomic.Int64
	now   atomic.Pointer[time.Time]
	*pagecache.Cache
}

func newShop(t *testing.T, bytes int) *shop {
	t.Helper()
	s := &shop{db: dbtest.New(t)}
	now := time.Date(2026, 3, 1, 12, 1, 0, 0, time.UTC)
	s.now.Store(&now)
	s.Cache = pagecache.New(s.db, pagecache.Options{Bytes: bytes, Kind: kind, Private: []string{"session"},
		Now: func() time.Time { return *s.now.Load() }})
	return s
}

// kind keeps every page but one.
func kind(u *url.URL) string {
	if u.Path == "/never" {
		return ""
	}
	return "page"
}

func (s *shop) page(w http.ResponseWriter, r *http.Request) {
	s.made.Add(1)
	topics := []string{r.URL.Path}
	stamp, err := pagecache.Stamp(r.Context(), s.db, topics)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	pagecache.Keep(r.Context(), stamp, topics...)
	shown, _ := s.shown.Load(r.URL.Path)
	h := w.Header()
	h.Set("Cache-Control", "public, s-maxage=30")
	h.Set("ETag", fmt.Sprintf(`W/"%v"`, shown))
	if r.URL.Path == "/cookie" {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
	}
	if r.URL.Path == "/gone" {
		w.WriteHeader(http.StatusNotFound)
	}
	fmt.Fprintf(w, "shows %v%s", shown, strings.Repeat(" and so on", 300))
}

func (s *shop) ask(t testing.TB, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.Middleware(http.HandlerFunc(s.page)).ServeHTTP(w, r)
	return w
}

func (s *shop) change(t testing.TB, path string, n int) {
	s.shown.Store(path, n)
	if err := pagecache.Change(context.Background(), s.db, path); err != nil {
		t.Fatal(err)
	}
}

func TestAKeptPageIsMadeOnceAndNeverOld(t *testing.T) {
	t.Parallel()
	s := newShop(t, 1<<20)
	rapid.Check(t, func(rt *rapid.T) {
		path := rapid.SampledFrom([]string{"/a", "/b", "/c"}).Draw(rt, "path")
		for n := range rapid.IntRange(1, 6).Draw(rt, "steps") {
			if rapid.Bool().Draw(rt, "change") {
				s.change(t, path, rapid.IntRange(1, 1000).Draw(rt, "shown")+n)
			}
			want, _ := s.shown.Load(path)
			s.ask(t, path)
			before := s.made.Load()
			got := s.ask(t, path).Body.String()
			if !strings.HasPrefix(got, fmt.Sprintf("shows %v ", want)) {
				rt.Fatalf("%s says %.20q, want %v", path, got, want)
			}
			if s.made.Load() != before {
				rt.Fatalf("%s was made again", path)
			}
		}
	})
}

func TestPagesEndWithTheirSpell(t *testing.T) {
	t.Parallel()
	s := newShop(t, 1<<20)
	s.ask(t, "/a")
	for minutes, want := range map[int]int64{5: 1, 9: 2} {
		later := time.Date(2026, 3, 1, 12, 1+minutes, 0, 0, time.UTC)
		s.now.Store(&later)
		s.made.Store(1)
		if s.ask(t, "/a"); s.made.Load() != want {
			t.Errorf("after %d minutes the page was made %d times, want %d", minutes, s.made.Load(), want)
		}
	}
}

func TestEveryVisitorGetsTheEncodingTheyTake(t *testing.T) {
	t.Parallel()
	s := newShop(t, 1<<20)
	plain := s.ask(t, "/a").Body.String()
	for range 2 {
		for accept, want := range map[string]string{"": "", "br": "", "gzip, deflate": "gzip", "gzip, zstd": "zstd", "zstd;q=0, gzip;q=0.5": "gzip"} {
			w := s.ask(t, "/a", "Accept-Encoding", accept)
			if got := w.Header().Get("Content-Encoding"); got != want {
				t.Errorf("%q is answered in %q, want %q", accept, got, want)
			}
			if got := read(t, w); got != plain {
				t.Errorf("%q: %.40q", accept, got)
			}
		}
	}
	if s.made.Load() != 1 {
		t.Errorf("made %d times", s.made.Load())
	}
}

// A page is kept in the form it was first asked for in, and told apart from the first page of its kind: neither may show.
func TestWhateverFormAPageIsKeptInItReadsTheSame(t *testing.T) {
	t.Parallel()
	s := newShop(t, 1<<20)
	accepted := []string{"", "gzip", "zstd"}
	for i, first := range accepted {
		for _, then := range accepted {
			path := fmt.Sprintf("/%s-then-%s", first, then)
			s.change(t, path, 1000+i)
			made := read(t, s.ask(t, path, "Accept-Encoding", first))
			if kept := read(t, s.ask(t, path, "Accept-Encoding", then)); kept != made || !strings.HasPrefix(kept, fmt.Sprint("shows ", 1000+i)) {
				t.Errorf("%s: kept %.20q, made %.20q", path, kept, made)
			}
		}
	}
	if want := int64(len(accepted) * len(accepted)); s.made.Load() != want {
		t.Errorf("made %d times, want %d", s.made.Load(), want)
	}
}

func read(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var r io.Reader = w.Body
	var err error
	switch w.Header().Get("Content-Encoding") {
	case "gzip":
		r, err = gzip.NewReader(w.Body)
	case "zstd":
		r, err = zstd.NewReader(w.Body)
	}
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestWhoHasThePageIsToldSo(t *testing.T) {
	t.Parallel()
	s := newShop(t, 1<<20)
	s.change(t, "/a", 1)
	tag := s.ask(t, "/a").Header().Get("ETag")
	for range 2 {
		if w := s.ask(t, "/a", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%d with %d bytes", w.Code, w.Body.Len())
		}
	}
	s.change(t, "/a", 2)
	if w := s.ask(t, "/a", "If-None-Match", tag); w.Code != http.StatusOK || w.Header().Get("ETag") == tag {
		t.Errorf("a changed page is answered %d", w.Code)
	}
}

func TestOnlyWholePagesOfStrangersAreKept(t *testing.T) {
	t.Parallel()
	s := newShop(t, 1<<20)
	for _, tt := range []struct {
		path    string
		headers []string
	}{
		{"/never", nil}, {"/cookie", nil}, {"/gone", nil},
		{"/a", []string{"Cookie", "other=1; session=x"}}, {"/a", []string{"Authorization", "Bearer x"}},
	} {
		s.made.Store(0)
		s.ask(t, tt.path, tt.headers...)
		s.ask(t, tt.path, tt.headers...)
		if s.made.Load() != 2 {
			t.Errorf("%s %v was kept", tt.path, tt.headers)
		}
	}
	s.made.Store(0)
	s.ask(t, "/a", "Cookie", "theme=dark")
	s.ask(t, "/a")
	if s.made.Load() != 1 {
		t.Error("a cookie that means nothing made a page of its own")
	}
	w := httptest.NewRecorder()
	s.Middleware(http.HandlerFunc(s.page)).ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/a", nil))
	if w.Body.Len() > 0 || w.Header().Get("Content-Length") == "" {
		t.Error("the head of a page has a body or no length")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	s := newShop(t, 40_000)
	for n := range 100 {
		s.ask(t, fmt.Sprint("/page-", n))
	}
	if pages, bytes := s.Size(); bytes > 40_000 || pages < 5 {
		t.Errorf("%d pages take %d bytes", pages, bytes)
	}
	for range 3 {
		s.ask(t, "/page-99")
	}
	s.made.Store(0)
	if s.ask(t, "/page-99"); s.made.Load() != 0 {
		t.Error("a page that is asked for again and again has no place")
	}
}

// Many visitors change and ask at once: nobody who saw a change written may be shown what was before it.
func TestManyVisitorsNeverSeeAnOldPage(t *testing.T) {
	t.Parallel()
	s := newShop(t, 1<<20)
	var written atomic.Int64
	s.change(t, "/a", 0)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 40 {
				floor := written.Load()
				var got int64
				if _, err := fmt.Sscanf(s.ask(t, "/a").Body.String(), "shows %d", &got); err != nil || got < floor {
					t.Errorf("showed %d after %d was written: %v", got, floor, err)
				}
			}
		})
	}
	for n := range 60 {
		s.change(t, "/a", n+1)
		written.Store(int64(n + 1))
	}
	wg.Wait()
}

func TestForgetFoldsLinesAndKeepsStamps(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	// The migrations write lines too, as old as the template database is.
	if _, err := db.Exec(t.Context(), `delete from page_changes`); err != nil {
		t.Fatal(err)
	}
	topics := []string{"new", "old", "once", "never"}
	if err := pagecache.Change(t.Context(), db, "new", "new", "old", "old", "old", "once"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), `update page_changes set at = now() - interval '3 hours' where topic <> 'new'`); err != nil {
		t.Fatal(err)
	}
	before, err := pagecache.Stamp(t.Context(), db, topics)
	if err != nil {
		t.Fatal(err)
	}
	for round, want := range []int64{2, 0} {
		n, err := pagecache.Forget(t.Context(), db)
		if err != nil || n != want {
			t.Errorf("round %d: forgot %d, want %d: %v", round, n, want, err)
		}
		if after, err := pagecache.Stamp(t.Context(), db, topics); err != nil || after != before {
			t.Errorf("round %d: stamp %d, before %d: %v", round, after, before, err)
		}
	}
	one, err := pagecache.Stamp(t.Context(), db, []string{"new"})
	twice, err2 := pagecache.Stamp(t.Context(), db, []string{"new", "new"})
	if err != nil || err2 != nil || twice != 2*one || one == 0 {
		t.Errorf("stamps do not add up: %d and %d, %v %v", one, twice, err, err2)
	}
}

// A list that changes all the time is proved by a few lines; cards and quiet lists keep theirs as they were written.
func TestFoldListsKeepsStampsAndTimes(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	if _, err := db.Exec(t.Context(), `
		insert into page_changes (topic, at) select topic, now() - n * interval '1 second'
		from unnest(array['shops', 'category:7', 'card:1', 'quiet']) as t (topic), generate_series(1, 40) as n
		where topic <> 'quiet' or n <= 3`); err != nil {
		t.Fatal(err)
	}
	topics := []string{"shops", "category:7", "card:1", "quiet"}
	count := func() map[string]int {
		lines := map[string]int{}
		for _, topic := range topics {
			n, err := pg.Scalar[int](t.Context(), db, `select count(*) from page_changes where topic = $1 and at <= now()`, topic)
			if err != nil {
				t.Fatal(err)
			}
			lines[topic] = n
		}
		return lines
	}
	before, err := pagecache.Stamp(t.Context(), db, topics)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := pagecache.FoldLists(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{"shops": 1, "category:7": 1, "card:1": 40, "quiet": 3}
		if diff := cmp.Diff(want, count()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
		if after, err := pagecache.Stamp(t.Context(), db, topics); err != nil || after != before {
			t.Errorf("stamp %d, before %d: %v", after, before, err)
		}
	}
	last, err := pg.Scalar[bool](t.Context(), db, `select max(at) > now() - interval '1 minute' from page_changes where topic = 'category:7'`)
	if err != nil || !last {
		t.Errorf("the line that stays is not as young as the last: %v", err)
	}
}

// However many lines a topic had, its stamp is a number that can be added to others.
func TestStampsOfManyLinesDoNotOverflow(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	for range 3 {
		if _, err := db.Exec(t.Context(), `insert into page_changes (topic, nonce, at)
			select 'busy', 1099511627775, now() - interval '3 hours' from generate_series(1, 5000)`); err != nil {
			t.Fatal(err)
		}
		if _, err := pagecache.Forget(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	if stamp, err := pagecache.Stamp(t.Context(), db, []string{"busy"}); err != nil || stamp < 0 || stamp >= 1<<50 {
		t.Errorf("stamp %d: %v", stamp, err)
	}
}
