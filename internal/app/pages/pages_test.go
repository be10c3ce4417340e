package pages

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

func get(t *testing.T, lang i18n.Lang, path string) (*httptest.ResponseRecorder, *htmltest.Node) {
	t.Helper()
	router := chi.NewRouter()
	Routes(router)
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r = r.WithContext(web.WithShell(r.Context(), &web.Shell{Lang: lang, Path: path, BaseURL: "https://example.org"}))
	w := httptest.NewRecorder()
	router.ServeHTTP(w, r)
	return w, htmltest.ParseString(t, w.Body.String())
}

func TestEveryPageReadsWellInBothLanguages(t *testing.T) {
	t.Parallel()
	cyrillic := regexp.MustCompile(`\p{Cyrillic}{3,}`)
	for _, lang := range i18n.Langs {
		for _, path := range Paths() {
			w, doc := get(t, lang, path)
			if w.Code != http.StatusOK || w.Header().Get("Set-Cookie") != "" || !strings.Contains(w.Header().Get("Cache-Control"), "s-maxage") {
				t.Errorf("%s %s: %d %v", lang, path, w.Code, w.Header())
			}
			for _, fault := range doc.Lint() {
				t.Errorf("%s %s: %s", lang, path, fault)
			}
			article := doc.One(htmltest.Role("article", "")).Text()
			if lang == i18n.EN && cyrillic.MatchString(article) {
				t.Errorf("%s is not English: %s", path, cyrillic.FindString(article))
			}
			if lang == i18n.RU && !cyrillic.MatchString(article) {
				t.Errorf("%s is not Russian", path)
			}
		}
	}
}

// Every link to a text leads to one, in the reader's language.
func TestLinksBetweenTextsHold(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, path := range Paths() {
		known[path] = true
	}
	for _, lang := range i18n.Langs {
		for _, path := range Paths() {
			_, doc := get(t, lang, path)
			for _, link := range doc.One(htmltest.Role("article", "")).All(htmltest.Role("link", "")) {
				href := link.Attr("href")
				if (lang == i18n.EN) != strings.HasPrefix(href, "/en/") {
					t.Errorf("%s %s: %s leads out of the language", lang, path, href)
				}
				if to := strings.TrimPrefix(href, "/en"); strings.HasPrefix(to, "/help") && !known[to] {
					t.Errorf("%s %s: no such text: %s", lang, path, href)
				}
			}
		}
	}
}

func TestUnknownTextIsNotFound(t *testing.T) {
	t.Parallel()
	if w, _ := get(t, i18n.RU, "/help/nothing"); w.Code != http.StatusNotFound {
		t.Errorf("status %d", w.Code)
	}
}
