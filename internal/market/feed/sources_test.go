package feed_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/feedtest"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/egress"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// host is a bench whose shop takes its goods from a server of the test.
type host struct {
	*bench
	url    string
	answer http.HandlerFunc
	queued []jobs.Args
	mu     sync.Mutex
	person int64
}

func newHost(t *testing.T) *host {
	t.Helper()
	h := &host{bench: newBench(t, true, feed.Source{})}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.answer(w, r) }))
	t.Cleanup(srv.Close)
	h.url, h.person = srv.URL+"/price.xml", h.bench.Person("owner@example.ru")
	h.answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, offers(3, 1000))
	}
	h.S = feed.New(h.DB, h.Files, media.New(h.DB, h.Files, time.Now), egress.New(300*time.Millisecond, srv.Listener.Addr().String()), h.Desk,
		func(_ context.Context, _ pgx.Tx, job jobs.Args) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.queued = append(h.queued, job)
			return nil
		})
	return h
}

func (h *host) add(url string, every int) int64 {
	h.T.Helper()
	src := feed.Source{SellerID: h.Shop.ID, Kind: pricelist.YML, Name: "Склад", URL: url, Absent: feed.KeepAbsent, DefaultStock: 5}
	if every > 0 {
		src.EveryMinutes = &every
	}
	id, err := h.S.SaveSource(h.T.Context(), src)
	if err != nil {
		h.T.Fatal(err)
	}
	return id
}

// trip asks for a fetch of a source and goes on it.
func (h *host) trip(source int64) feed.Fetch {
	h.T.Helper()
	id, err := h.S.AskFetch(h.T.Context(), h.Shop.ID, source, false, h.person)
	if err == nil {
		err = h.S.RunFetch(h.T.Context(), id)
	}
	if err != nil {
		h.T.Fatal(err)
	}
	f, _, err := h.S.GetFetch(h.T.Context(), h.Shop.ID, id)
	if err != nil {
		h.T.Fatal(err)
	}
	return f
}

func TestFetchedFeedIsImported(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	f := h.trip(h.add(h.url, 0))
	if f.State != feed.FetchDone || f.ImportID == 0 {
		t.Fatalf("%s %s", f.State, f.MessageKey)
	}
	if err := h.S.Run(t.Context(), f.ImportID); err != nil {
		t.Fatal(err)
	}
	if got := h.Get(f.ImportID); got.Created != 3 {
		t.Errorf("%+v", tallyOf(got))
	}
	kinds := []string{}
	for _, job := range h.queued {
		kinds = append(kinds, job.Kind())
	}
	if diff := cmp.Diff([]string{"feed.fetch", "feed.run"}, kinds); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
	if err := h.S.RunFetch(t.Context(), f.ID); err != nil || h.Count(`select count(*) from imports`) != 1 {
		t.Errorf("a job worked twice made another import: %v", err)
	}
}

func TestFaultsOfTheOtherSideHaveWords(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	gone := httptest.NewServer(nil)
	gone.Close()
	for key, answer := range map[string]http.HandlerFunc{
		"feed.fetch.locked":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"feed.fetch.missing": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) },
		"feed.fetch.status":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"feed.fetch.blocked": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
		},
		"feed.fetch.slow": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"feed.fetch.cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000000")
			io.WriteString(w, feedtest.Head)
		},
		"feed.not_yml": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html><body>Вход</body></html>") },
		"feed.not_xml": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "Название;Цена\nКофемолка;10\n")
		},
		"feed.cut_off":  func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, feedtest.Head) },
		"feed.bad_gzip": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "\x1f\x8b\x08\x00broken") },
	} {
		h.answer = answer
		source := h.add(h.url+"?"+key, 0)
		f := h.trip(source)
		if f.State != feed.FetchFailed || f.MessageKey != key {
			t.Errorf("%s: %s %s", key, f.State, f.MessageKey)
		}
	}
	if n := h.Count(`select count(*) from imports`); n != 0 {
		t.Errorf("%d imports of files that never came", n)
	}
}

func TestForeignAddressesAreRefused(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	for _, url := range []string{"http://127.0.0.1/x.xml", "http://10.0.0.1/x", "file:///etc/passwd", "ftp://shop.ru/x", "shop.ru", "http://shop.ru:22/"} {
		_, err := h.S.SaveSource(t.Context(), feed.Source{SellerID: h.Shop.ID, Kind: pricelist.YML, Name: "x", URL: url, Absent: feed.KeepAbsent})
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestPressedTwiceFetchesOnce(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	source := h.add(h.url, 0)
	var wg sync.WaitGroup
	ids := make([]int64, 8)
	for n := range ids {
		wg.Go(func() {
			id, err := h.S.AskFetch(t.Context(), h.Shop.ID, source, false, h.person)
			if ids[n] = id; err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("trips %v", ids)
			break
		}
	}
	if len(h.queued) != 1 {
		t.Errorf("%d jobs", len(h.queued))
	}
}

func TestSameAddressTypedTwiceIsOneSource(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	src := feed.Source{SellerID: h.Shop.ID, Kind: pricelist.YML, Name: "x", URL: h.url, Absent: feed.KeepAbsent}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := h.S.SourceNamed(t.Context(), src); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	list, err := h.S.Sources(t.Context(), h.Shop.ID)
	if err != nil || len(list) != 1 {
		t.Errorf("%d sources, %v", len(list), err)
	}
	if _, err := h.S.SaveSource(t.Context(), src); errs.KindOf(err) != errs.Invalid {
		t.Errorf("added again: %v", err)
	}
}

func TestClockOfASource(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	source := h.add(h.url, 60)
	due := func() int {
		t.Helper()
		before := len(h.queued)
		if err := h.S.FetchDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(h.queued) - before
	}
	if n := due() + due(); n != 1 {
		t.Fatalf("%d trips at the first hour", n)
	}
	h.exec(`update feed_sources set next_at = now() - interval '1 minute' where url <> ''`)
	if n := due(); n != 0 {
		t.Errorf("%d trips while one is under way", n)
	}
	id := int64(h.Count(`select max(id) from feed_fetches`))
	if err := h.S.RunFetch(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	importID := int64(h.Count(`select import_id from feed_fetches`))
	if err := h.S.Run(t.Context(), importID); err != nil {
		t.Fatal(err)
	}
	h.exec(`update feed_sources set next_at = now() - interval '1 minute' where url <> ''`)
	if n := due(); n != 1 {
		t.Fatalf("%d trips an hour later", n)
	}
	id = int64(h.Count(`select max(id) from feed_fetches`))
	if err := h.S.RunFetch(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if n := h.Count(`select count(*) from feed_fetches where state = 'unchanged'`); n != 1 {
		t.Errorf("what did not change was read again")
	}
	if err := h.S.Pause(t.Context(), h.Shop.ID, source, true); err != nil {
		t.Fatal(err)
	}
	if n := due(); n != 0 || h.Count(`select count(*) from feed_sources where next_at is not null`) != 0 {
		t.Errorf("%d trips while paused", n)
	}
	if err := h.S.Pause(t.Context(), h.Shop.ID, source, false); err != nil {
		t.Fatal(err)
	}
	if n := due(); n != 1 {
		t.Errorf("%d trips after the pause", n)
	}
}

func TestLostTripIsEnded(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	source := h.add(h.url, 0)
	if _, err := h.S.AskFetch(t.Context(), h.Shop.ID, source, false, h.person); err != nil {
		t.Fatal(err)
	}
	h.exec(`update feed_fetches set asked_at = now() - interval '3 hours'`)
	if err := h.S.FetchDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := h.S.Sources(t.Context(), h.Shop.ID)
	if err != nil || len(list) != 1 || list[0].Last.MessageKey != "feed.fetch.lost" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestSourcesOfOthersAreOutOfReach(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	source := h.add(h.url, 60)
	f := h.trip(source)
	rival := h.NewShop("rival", true)
	_, askErr := h.S.AskFetch(t.Context(), rival.ID, source, false, h.person)
	_, _, getErr := h.S.GetFetch(t.Context(), rival.ID, f.ID)
	_, saveErr := h.S.SaveSource(t.Context(), feed.Source{ID: source, SellerID: rival.ID, Kind: pricelist.YML, Name: "x", URL: h.url + "?2", Absent: feed.KeepAbsent})
	for what, err := range map[string]error{"fetch": askErr, "see a trip": getErr, "pause": h.S.Pause(t.Context(), rival.ID, source, true), "change": saveErr} {
		if errs.KindOf(err) != errs.NotFound {
			t.Errorf("a rival can %s: %v", what, err)
		}
	}
}

func (b *bench) exec(sql string) {
	b.T.Helper()
	if _, err := b.DB.Exec(b.T.Context(), strings.TrimSpace(sql)); err != nil {
		b.T.Fatal(err)
	}
}
