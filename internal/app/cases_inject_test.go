package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/egress"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// evil is markup of several kinds with a mark that can be looked for, as somebody might have brought it into the database.
const evil = `<script>ярм()</script><svg onload=ярм()><img src=x onerror=ярм()>{{7*7}}${7*7}<%= 7*7 %>"'><a href="javascript:ярм()">ярм</a>`

// stored are columns that hold what people wrote, and pages print. Tests of doors show what may come in; this one takes it
// that something did.
var stored = map[string][]string{
	"people": {"name"}, "sellers": {"name", "city", "legal_name"}, "products": {"title_ru", "title_en", "part_number", "description_ru", "description_en"}, "addresses": {"recipient", "city", "street"},
	"categories": {"name_ru", "name_en"}, "brands": {"name"}, "variant_options": {"name_ru", "value_ru"}, "order_lines": {"title_ru", "title_en"}, "purchases": {"comment"}, "passkeys": {"name"},
	"media_files": {"name"}, "imports": {"file_name"}, "import_problems": {"value", "sku"}, "feed_sources": {"name"}, "feed_categories": {"path"}, "change_requests": {"title", "note"},
	"shipping_methods": {"name"}, "sessions": {"user_agent"}, "payment_alerts": {"detail"}, "mails": {"subject"}, "audit_log": {"note"},
}

// taint puts evil into every column that takes it, and says how many took it.
func (w *world) taint() (n int) {
	w.t.Helper()
	for table, columns := range stored {
		for _, column := range columns {
			if !one[bool](w.site, `select exists (select from information_schema.columns where table_name = $1 and column_name = $2)`, table, column) {
				continue
			}
			for _, text := range []string{evil, `<script>ярм()</script>`, `<b>ярм()`} { // a check of the table may refuse the longer ones
				if _, err := w.db.Exec(w.t.Context(), fmt.Sprintf(`update %s set %s = left($1, 400)`, table, column), text); err == nil {
					n++
					break
				}
			}
		}
	}
	return n
}

// running is markup of ours that is alive: a tag, or a handler within one.
var running = regexp.MustCompile(`(?i)<script>ярм|<svg onload|<img src=x|href="javascript:|<b>ярм|onerror=ярм\(\)>`)

// Whatever stands in a name, a title or a note is shown as text: on every page of every role, in feeds, in letters.
func TestStoredMarkupIsInertEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if n := w.taint(); n < 25 {
		t.Errorf("only %d columns were tainted", n)
	}
	shown := 0
	for _, role := range roles {
		for _, r := range rules() {
			if r.method() != http.MethodGet || !r.who.allowed(role) || !r.whose.owns(role) {
				continue
			}
			for _, lang := range []string{"", "/en"} {
				path := r.path(w)
				if lang != "" && (strings.HasPrefix(path, "/static") || strings.HasPrefix(path, "/media") || strings.HasPrefix(path, "/dev/")) {
					continue
				}
				got := w.get(lang+path, w.actors[role].cookies()...)
				if got.StatusCode >= 500 {
					t.Errorf("%s%s as %s answers %d", lang, path, role, got.StatusCode)
				}
				if alive := running.FindString(got.body); alive != "" && !strings.HasPrefix(got.Header.Get("Content-Type"), "application/pdf") && !strings.HasPrefix(got.Header.Get("Content-Type"), "text/csv") {
					t.Errorf("%s%s as %s gives %q back alive", lang, path, role, alive)
				}
				if strings.Contains(got.body, "49${") || strings.Contains(got.body, "}}49") {
					t.Errorf("%s%s as %s works templates out", lang, path, role)
				}
				shown += strings.Count(got.body, "ярм()")
			}
		}
	}
	if shown < 50 {
		t.Errorf("the texts were seen %d times: nothing was tried", shown)
	}
}

// Links and pictures within a seller's description lead to the web and nowhere else, and say that they are not ours.
func TestDescriptionsLinkOutSafely(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hostile := "[a](javascript:alert(1)) [b](data:text/html,x) [c](JaVaScRiPt:alert(1)) [d](java\tscript:alert(1)) [e](vbscript:x) <javascript:alert(1)> ![f](https://evil.example/track.gif) " +
		"<img src=x onerror=alert(1)> <iframe src=//evil.example></iframe> <style>*{}</style> [g](//evil.example) [h](https://shop.example/x \"t\" onclick=alert(1)) https://auto.example <b onclick=x>B</b>"
	w.exec(`update products set description_ru = $2, description_en = $2 where id = $1::bigint`, w.things["card"], hostile)
	for _, path := range []string{"/p/" + w.things["slug"], "/en/p/" + w.things["slug"]} {
		got := w.get(path)
		if got.StatusCode != http.StatusOK {
			t.Fatalf("%s answers %d", path, got.StatusCode)
		}
		page := htmltest.ParseString(t, got.body)
		for _, tag := range []string{"iframe", "style", "object", "embed"} {
			if page.Has(htmltest.Tag(tag)) {
				t.Errorf("%s has a <%s>", path, tag)
			}
		}
		for _, img := range page.All(htmltest.Tag("img")) {
			if strings.Contains(img.Attr("src"), "evil") || img.HasAttr("onerror") {
				t.Errorf("%s loads %q", path, img.Attr("src"))
			}
		}
		for _, a := range page.All(htmltest.Tag("a")) {
			href := strings.ToLower(strings.Join(strings.Fields(a.Attr("href")), ""))
			for _, scheme := range []string{"javascript:", "data:", "vbscript:"} {
				if strings.HasPrefix(href, scheme) {
					t.Errorf("%s leads to %q", path, href)
				}
			}
			if outside := strings.HasPrefix(href, "http") && !strings.HasPrefix(href, "http://yarmarka.test") || strings.HasPrefix(href, "//"); outside {
				for _, rel := range []string{"ugc", "nofollow", "noopener"} {
					if !strings.Contains(a.Attr("rel"), rel) {
						t.Errorf("%s leads to %q with rel %q", path, href, a.Attr("rel"))
					}
				}
			}
		}
	}
}

// A shop's name that turns the text around, hides letters or piles marks up is cleaned or refused.
func TestDeceivingNamesAreCleaned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tt := range map[string]struct{ typed, kept string }{
		"turned around":    {"Лавка\u202eакваЛ", "ЛавкаакваЛ"},
		"hidden":           {"Лав\u200b\u2060\ufeffка", "Лавка"},
		"joined":           {"Лав\u200dка\u200d", "Лавка"},
		"piled up":         {"Л" + strings.Repeat("\u0351\u0489", 60) + "авка", "Л\u0351\u0489авка"},
		"tagged":           {"Лавка\U000e0041\U000e0042", "Лавка"},
		"a letter unseen":  {"Лав\u3164ка", "Лавка"},
		"nothing seen":     {"\u3164\u2800\u115f", ""},
		"marks on nothing": {"\u0301\u0336\u0489", ""},
		"one letter":       {"Л\u0336\u0337", ""},
	} {
		form := mustParse(t, applyForm)
		form.Set("name", tt.typed)
		w.exec(`delete from sellers where applicant_id = $1 and status = 'applied'`, w.actors[boris].person)
		got := w.post("/seller/apply", form, w.actors[boris].cookies()...)
		kept := one[string](w.site, `select coalesce((select name from sellers where applicant_id = $1 and status = 'applied' order by id desc limit 1), '')`, w.actors[boris].person)
		if kept != tt.kept || kept == "" && got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: kept as %q, answered %d", name, kept, got.StatusCode)
		}
	}
}

// The title of a card is what can be seen of what a seller typed, in the form and in a feed alike.
func TestTitlesAreWhatIsSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for typed, kept := range map[string]string{"Чайник\u200d медный с ручкой": "Чайник медный с ручкой", "Чаи\u0306ник\u2060 медный с ручкой": "Чайник медный с ручкой", "\u3164\u2800": ""} {
		got := w.post("/seller/listings/new", values("title_ru", typed, "category", w.things["shelf"]), w.actors[ownerA].cookies()...)
		if kept == "" {
			if got.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%q is a title: %d", typed, got.StatusCode)
			}
			continue
		}
		if title := one[string](w.site, `select title_ru from products order by id desc limit 1`); title != kept {
			t.Errorf("%q is kept as %q (%d)", typed, title, got.StatusCode)
		}
	}
}

// The password in a feed's address is the seller's: it is in no log and on no page of others, not even where the address
// answers nothing, too much or what is no feed.
func TestFeedPasswordsAreNotLogged(t *testing.T) { //nolint:paralleltest // it looks at the program's one log
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if _, password, ok := r.BasicAuth(); ok && password == "t0p-secret" {
			asked.Add(1)
		}
		switch r.URL.Path {
		case "/gone":
			http.NotFound(rw, r)
		case "/cut":
			rw.Header().Set("Content-Length", "100000")
			rw.Write([]byte("<yml_catalog>")) //nolint:errcheck // it is cut off on purpose
		case "/inside":
			http.Redirect(rw, r, "http://robot:t0p-secret@127.0.0.1:1/?key=hidden-key", http.StatusFound)
		default:
			rw.Write([]byte("no feed at all")) //nolint:errcheck // the fetcher may hang up
		}
	}))
	t.Cleanup(server.Close)
	host := server.Listener.Addr().String()
	log := overhear(t)
	w := newWorld(t)
	got := w.post("/seller/imports", values("origin", "url", "url", "http://robot:t0p-secret@127.0.0.1:8080/feed.xml?key=hidden-key", "stock", "1", "absent", "keep"), w.actors[ownerA].cookies()...)
	if got.StatusCode < 400 {
		t.Errorf("an address of our own network answers %d", got.StatusCode)
	}
	// The same service, whose fetcher is let through to the stand-in.
	*w.m.feed = *feed.New(w.db, w.m.files, w.m.media, egress.New(10*time.Second, host), w.m.desk, feed.Enqueue(w.m.queue))
	for _, path := range []string{"/gone", "/cut", "/inside", "/text"} {
		w.exec(`delete from feed_fetches`)
		_, err := w.m.feed.SaveSource(t.Context(), feed.Source{SellerID: w.shopA.ID, Kind: pricelist.YML, Name: "YML " + path, URL: "http://robot:t0p-secret@" + host + path + "?key=hidden-key", Absent: feed.KeepAbsent})
		w.must(err)
		w.exec(`update feed_sources set every_minutes = 60, next_at = case when url like '%' || $1 || '?%' then now() - interval '1 hour' end where url <> ''`, path)
		w.must(w.m.feed.FetchDue(t.Context()))
		for _, id := range one[[]int64](w.site, `select coalesce(array_agg(id), '{}') from feed_fetches`) {
			if err := w.m.feed.RunFetch(t.Context(), id); err != nil {
				fmt.Fprintln(log, err) // the queue logs what it tries again
			}
		}
	}
	if asked.Load() < 3 {
		t.Errorf("the addresses were asked %d times, so nothing could be told of them", asked.Load())
	}
	for _, secret := range []string{"t0p-secret", "hidden-key"} {
		if at := strings.Index(log.String(), secret); at >= 0 {
			t.Errorf("the log holds %q: …%.300s", secret, log.String()[max(0, at-200):])
		}
	}
}
