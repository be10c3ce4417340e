package app

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/egress"
)

// upload sends one file into a file field of an entrance.
func (w *world) upload(e entrance, field, name, kind string, content []byte) reply {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for key, list := range e.values {
		for _, value := range list {
			w.must(form.WriteField(key, value))
		}
	}
	head := textproto.MIMEHeader{}
	head.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q; filename="%s"`, field, name))
	head.Set("Content-Type", kind)
	part, err := form.CreatePart(head)
	w.must(err)
	_, err = part.Write(content)
	w.must(err)
	w.must(form.Close())
	w.exec(`delete from rate_limits where key like 'upload.%'`) // it is the file that is to be judged, not how many came before
	return w.do(call{method: e.method, path: e.path, raw: body.String(), cookies: w.actors[e.role].cookies(),
		header: map[string]string{"Content-Type": form.FormDataContentType()}})
}

// fileDoors are the entrances that take a file, one for each field.
func (w *world) fileDoors() []entrance {
	w.t.Helper()
	seen := map[string]bool{}
	var list []entrance
	for _, e := range w.entrances() {
		for _, field := range e.files {
			if key := e.path + " " + field; !seen[key] {
				seen[key] = true
				e.files = []string{field}
				list = append(list, e)
			}
		}
	}
	return list
}

// Every hostile file goes through every field that takes a file. A refusal is a clear one and leaves nothing behind; what is
// taken is a picture that was drawn anew, or a table whose columns the seller will name.
func TestHostileFilesThroughEveryDoor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doors := w.fileDoors()
	if len(doors) < 3 {
		t.Fatalf("only %d fields take a file: %v", len(doors), doors)
	}
	files := slices.Concat(made(), spoiled(), polyglots(), given(t))
	for _, e := range doors {
		taken, before, since := 0, w.counts(), ""
		for i, f := range files {
			got := w.upload(e, e.files[0], "file.jpg", "image/jpeg", f.content)
			what := fmt.Sprintf("%s, %s", e, f.name)
			w.sane(what, got)
			if got.StatusCode >= 400 {
				if i%20 == 19 || i == len(files)-1 {
					w.same(what+" or another since "+since, before)
				}
				continue
			}
			taken++
			if err := w.mayBeTaken(e, f); err != nil {
				t.Errorf("%s is taken, %d to %s: %v", what, got.StatusCode, got.Header.Get("Location"), err)
			}
			w.settle(e)
			before, since = w.counts(), f.name
		}
		t.Logf("%s: %d of %d files were taken", e, taken, len(files))
	}
}

// mayBeTaken says what is wrong with a file's being taken.
func (w *world) mayBeTaken(e entrance, f sample) error {
	if slices.Contains(never(), f.name) {
		return fmt.Errorf("it must be taken nowhere")
	}
	switch {
	case e.path == "/seller/imports":
		// A feed may wait for its columns to be named, and no more: it must be a table or a catalogue of goods from its first byte on.
		_, err := pricelist.Glance(bytes.NewReader(f.content), nil)
		return err
	case strings.Contains(e.path, "/listings/"):
		if !strings.HasPrefix(http.DetectContentType(f.content), "image/") {
			return fmt.Errorf("it is %s", http.DetectContentType(f.content))
		}
		return nil
	case strings.HasPrefix(e.path, "/export/desks/"), strings.HasPrefix(e.path, "/seller/export/cases/"), e.path == "/seller/export/contracts",
		strings.HasPrefix(e.path, "/seller/export/goods/"):
		// A document is kept as it is and given out as a file to save: it must be of a kind that people send each other.
		kind := http.DetectContentType(f.content)
		if kind != "application/pdf" && kind != "application/zip" && !strings.HasPrefix(kind, "image/") {
			return fmt.Errorf("it is %s", kind)
		}
		if slices.ContainsFunc(madeDocuments(), func(made sample) bool { return made.name == f.name }) {
			return fmt.Errorf("it acts by itself, is closed or damaged")
		}
		return nil
	case e.path == "/seller/export/table":
		// A table is shown with what it would change before anything is; a CSV is any text.
		if kind := http.DetectContentType(f.content); !strings.HasPrefix(kind, "text/plain") {
			return fmt.Errorf("it is %s", kind)
		}
		return nil
	}
	return fmt.Errorf("nothing hostile is wanted here")
}

// settle takes back what a file that was taken began, so that the next one meets the same door.
func (w *world) settle(e entrance) {
	w.t.Helper()
	if e.path == "/seller/imports" {
		w.exec(`update imports set state = 'cancelled' where state in ('queued', 'checking', 'held', 'applying')`)
		return
	}
	w.exec(`update export_cases set state = 'open', held_at = null where state = 'waiting_seller'`)
	w.exec(`update change_requests set status = 'cancelled' where status not in ('approved', 'rejected') and kind = 'card_edit'`)
	w.exec(`delete from product_images where product_id = $1::bigint`, w.things["draft"])
}

// A file's name is a label at most: no path, no header, no page is made of it.
func TestHostileFileNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	names := []string{"../../../etc/passwd", `..\\..\\windows\\system32`, "a.php%00.jpg", "a.php\x00.jpg", "CON", "aux.jpg", ".", "..", "", strings.Repeat("щ", 300) + ".jpg",
		"\u202egpj.exe", "<script>alert(1)</script>.jpg", "a; filename=b.html", "\xff\xfe.jpg", "/dev/null", "https://evil.example/x.jpg", "'; drop table media_files; --.png"}
	for i, line := range naughty(t) {
		if i%40 == 0 && !strings.ContainsAny(line, "\"\r\n") {
			names = append(names, line)
		}
	}
	picture := pngOf(300, 300)
	for _, e := range w.fileDoors() {
		for _, name := range names {
			got := w.upload(e, e.files[0], name, "image/jpeg", picture)
			w.sane(fmt.Sprintf("%s, a file called %q", e, name), got)
			w.settle(e)
		}
	}
	for table, name := range map[string]string{"media_files": "name", "imports": "file_name", "feed_sources": "name", "bank_statements": "name"} {
		long := one[int64](w.site, fmt.Sprintf(`select count(*) from %s where length(%s) > 200 or %[2]s ~ '[[:cntrl:]\u202e]'`, table, name))
		if long > 0 || table == "media_files" && one[int64](w.site, `select count(*) from media_files where name ~ '[/\\]'`) > 0 {
			t.Errorf("%s keeps names that are paths, too long or deceiving", table)
		}
	}
}

// What a feed's address answers is as hostile as any upload: it goes through the real fetcher, which is let through to the
// stand-in and nowhere else.
func TestHostileFeedsByAddress(t *testing.T) {
	t.Parallel()
	var now atomic.Pointer[sample]
	mux := http.NewServeMux()
	mux.HandleFunc("/feed", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/xml")
		rw.Write(now.Load().content) //nolint:errcheck // the fetcher may hang up, and that is right
	})
	mux.HandleFunc("/inside", func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "http://127.0.0.1:1/latest/meta-data/", http.StatusFound)
	})
	mux.HandleFunc("/loop", func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/loop", http.StatusFound) })
	mux.HandleFunc("/gone", http.NotFound)
	mux.HandleFunc("/short", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Length", "1000000")
		rw.Write([]byte("<?xml version='1.0'?><yml_catalog><shop>")) //nolint:errcheck // it is cut off on purpose
	})
	mux.HandleFunc("/heads", func(rw http.ResponseWriter, _ *http.Request) { rw.Header().Set("X", strings.Repeat("x", 200<<10)) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	host := server.Listener.Addr().(*net.TCPAddr).String()
	w := newWorld(t)
	// The same service, whose fetcher is let through to the stand-in.
	*w.m.feed = *feed.New(w.db, w.m.files, w.m.media, egress.New(10*time.Second, host), w.m.desk, feed.Enqueue(w.m.queue))
	// ask types an address into the form and lets the job go there; it says whether something was taken.
	ask := func(address string) (done bool) {
		w.reopen(ownerA)
		w.exec(`delete from feed_fetches`)
		w.exec(`delete from feed_sources s where url <> '' and not exists (select from imports i where i.source_id = s.id)`)
		got := w.post("/seller/imports", values("origin", "url", "url", address, "stock", "1", "absent", "keep"), w.actors[ownerA].cookies()...)
		w.sane("a feed at "+address, got)
		if got.StatusCode >= 400 {
			return false
		}
		id := one[int64](w.site, `select coalesce(max(id), 0) from feed_fetches`)
		w.must(w.m.feed.RunFetch(t.Context(), id))
		state := one[string](w.site, `select state || ' ' || message_key from feed_fetches where id = $1`, id)
		if done = strings.HasPrefix(state, feed.FetchDone); !done && (!strings.HasPrefix(state, feed.FetchFailed) || strings.HasSuffix(state, " ")) {
			t.Errorf("a feed at %s ends %s, without a word", address, state)
		}
		return done
	}
	kept := func() int64 { return w.blobs() + one[int64](w.site, `select count(*) from imports`) }
	for _, f := range append(made(), given(t, "xml", "csv", "xlsx")...) {
		now.Store(&f)
		before := kept()
		if !ask("http://" + host + "/feed") {
			if n := kept(); n != before {
				t.Errorf("a feed that answers %s left something: %d, was %d", f.name, n, before)
			}
			continue
		}
		if _, err := pricelist.Glance(bytes.NewReader(f.content), nil); err != nil {
			t.Errorf("a feed that answers %s is taken: %v", f.name, err)
		}
		w.settle(entrance{path: "/seller/imports"})
	}
	before := kept()
	for _, path := range []string{"/inside", "/loop", "/gone", "/short", "/heads"} {
		if ask("http://" + host + path) {
			t.Errorf("a feed at %s is taken", path)
		}
	}
	for _, address := range inward {
		if ask(address) {
			t.Errorf("a feed at %s is taken", address)
		}
	}
	if n := kept(); n != before {
		t.Errorf("feeds that cannot be had left something: %d, was %d", n, before)
	}
}

// inward are addresses by which a stranger would make us look into our own network.
var inward = []string{"http://127.0.0.1:5432/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://017700000001/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
	"http://[::ffff:7f00:1]/", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://0/", "http://0.0.0.0/",
	"http://localhost:22/", "http://10.0.0.1/", "http://192.168.0.1/", "http://172.16.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:25/_HELO", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/",
	"jar:http://127.0.0.1!/", "http://user:password@127.0.0.1/", "//127.0.0.1/", "http:/127.0.0.1", "http:127.0.0.1", "http://", "ht!tp://x", "data:text/xml,<yml_catalog/>", "\x00http://x",
	"http://127.0.0.1%2f@example.ru/", "http://①②⑦.⓪.⓪.①/", "http://example.ru:6379/", "http://[fe80::1%25eth0]/", "http://" + strings.Repeat("a", 3000) + ".ru/"}

// A picture's address in a feed is one more door to our network.
func TestPicturesOfAFeedAreFetchedFromOutsideOnly(t *testing.T) {
	t.Parallel()
	var hits atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(server.Close)
	w := newWorld(t)
	at, err := url.Parse(server.URL)
	w.must(err)
	var pictures strings.Builder
	for _, address := range append([]string{server.URL + "/a.jpg", "http://localhost:" + at.Port() + "/b.jpg"}, inward...) {
		fmt.Fprintf(&pictures, "<picture>%s</picture>", strings.NewReplacer("&", "&amp;", "<", "&lt;", "\x00", "").Replace(address))
	}
	yml := `<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-01"><shop><categories><category id="1">Самовары</category></categories>
<offers><offer id="P-1"><price>100</price><name>Самовар с картинками</name><categoryId>1</categoryId>` + pictures.String() + `</offer></offers></shop></yml_catalog>`
	doors := w.fileDoors()
	for _, e := range doors {
		if e.path != "/seller/imports" {
			continue
		}
		if got := w.upload(e, e.files[0], "feed.xml", "text/xml", []byte(yml)); got.StatusCode != http.StatusSeeOther {
			t.Fatalf("the feed answers %d", got.StatusCode)
		}
	}
	id := one[int64](w.site, `select max(id) from imports where seller_id = $1`, w.shopA.ID)
	w.must(w.m.feed.Run(t.Context(), id))
	before := w.blobs()
	if err := w.m.feed.FetchPictures(t.Context()); err != nil {
		t.Logf("pictures: %v", err)
	}
	if hits.Load() != 0 || w.blobs() != before {
		t.Errorf("%d requests went inside, %d files came", hits.Load(), w.blobs()-before)
	}
}
