package static

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func fetch(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w
}

func TestEveryFileIsServedForEverWithItsType(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		w := fetch(URL(name))
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != forever || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
		if w.Body.String() != string(Bytes(name)) {
			t.Errorf("%s: other bytes than embedded", name)
		}
		if again := fetch(URL(name), "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s: asked again, got %d with %d bytes", name, again.Code, again.Body.Len())
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	plain := string(Bytes("yarmarka.css"))
	br := fetch(URL("yarmarka.css"), "Accept-Encoding", "gzip, deflate, br")
	if got := br.Header().Get("Content-Encoding"); got != "br" {
		t.Fatalf("encoding %q, want br", got)
	}
	if text, err := io.ReadAll(brotli.NewReader(br.Body)); err != nil || string(text) != plain {
		t.Errorf("brotli does not give the file back: %v", err)
	}
	gz := fetch(URL("yarmarka.css"), "Accept-Encoding", "gzip, br;q=0")
	if got := gz.Header().Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("encoding %q, want gzip", got)
	}
	reader, err := gzip.NewReader(gz.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(reader); err != nil || string(text) != plain {
		t.Errorf("gzip does not give the file back: %v", err)
	}
	if got := fetch(URL("fonts/golos-latin.woff2"), "Accept-Encoding", "br").Header().Get("Content-Encoding"); got != "" {
		t.Errorf("a font is compressed twice: %q", got)
	}
}

// A page from before a deployment asks for a hash this program does not have.
func TestPlainNamesAndOldHashesGetTodaysBytesButNotForEver(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/static/yarmarka.css", "/static/yarmarka.0123456789ab.css"} {
		if w := fetch(path); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != revalidate {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
	for _, path := range []string{"/static/", "/static/nothing.css", "/static/../static.go", "/static/static.go"} {
		if w := fetch(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
}

func TestStylesheetPointsAtWhatExistsAndStaysSmall(t *testing.T) {
	t.Parallel()
	css := string(Bytes("yarmarka.css"))
	if len(css) >= 44<<10 { // plain; a quarter of that is sent
		t.Errorf("the stylesheet has %d bytes; 44 KB is the budget", len(css))
	}
	for _, m := range regexp.MustCompile(`url\(([^)]+)\)`).FindAllStringSubmatch(css, -1) {
		if strings.HasPrefix(m[1], `"data:image/svg+xml,`) {
			continue // drawn in the sheet itself, which saves a request
		}
		if w := fetch(Prefix + m[1]); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != forever {
			t.Errorf("%s: %d", m[1], w.Code)
		}
	}
}

// First view: stylesheet, scripts, sprite and the two fonts a Russian page loads, as sent.
func TestFirstViewLeavesRoomForThePage(t *testing.T) {
	t.Parallel()
	total := 0
	for _, name := range []string{"yarmarka.css", "app.js", "htmx.min.js", "icons.svg", "fonts/golos-cyrillic.woff2", "fonts/golos-latin.woff2"} {
		total += fetch(URL(name), "Accept-Encoding", "br").Body.Len()
	}
	if total > 90<<10 {
		t.Errorf("%d bytes before the page itself; the page must fit under 100 KB with them", total)
	}
	t.Logf("%d bytes of files for a first view", total)
}

func TestScriptsNeedNoEval(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"eval(", "new Function", "innerHTML", "document.write"} {
		if strings.Contains(string(Bytes("app.js")), word) {
			t.Errorf("app.js uses %s", word)
		}
	}
}

func TestURLOfUnknownFilePanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	URL("nothing.css")
}
