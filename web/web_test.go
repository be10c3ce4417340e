package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

// answer serves one request through web.Handle with a given shell.
func answer(s web.Shell, r *http.Request, h func(w http.ResponseWriter, r *http.Request) error) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	web.Handle(h)(w, r.WithContext(web.WithShell(r.Context(), &s)))
	return w
}

func get(path string) *http.Request { return httptest.NewRequest(http.MethodGet, path, nil) }

// page renders the layout with a heading in it.
func page(t *testing.T, s web.Shell, p web.Page) *htmltest.Node {
	t.Helper()
	w := answer(s, get("/"), func(w http.ResponseWriter, r *http.Request) error {
		return web.Render(w, r, http.StatusOK, filled(web.Layout(p)))
	})
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return htmltest.Parse(t, w.Body)
}

func filled(layout templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return layout.Render(templ.WithChildren(ctx, templ.Raw("<h1>Кофемолки</h1>")), w)
	})
}

// net/http removes the files of the request that it made, which is never the one that a handler behind middleware reads.
func TestNothingOfAnUploadIsLeftBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("photo", "mill.jpg")
	if err == nil {
		_, err = file.Write(bytes.Repeat([]byte("m"), 1<<16))
	}
	if err = errors.Join(err, form.Close()); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	left := func() int {
		files, err := os.ReadDir(os.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	during := 0
	w := answer(web.Shell{Lang: i18n.RU}, r, func(w http.ResponseWriter, r *http.Request) error {
		err := r.ParseMultipartForm(1)
		during = left()
		return err
	})
	if during != 1 || left() != 0 || w.Code != http.StatusOK {
		t.Errorf("%d files while the upload is read, %d after it, status %d", during, left(), w.Code)
	}
}

func TestLayoutSpeaksBothLanguagesAndLeadsBetweenThem(t *testing.T) {
	t.Parallel()
	for lang, want := range map[i18n.Lang]struct{ title, other, switchTo string }{
		i18n.RU: {"Кофемолки · Ярмарка", "English", "/en/search?q=%D1%87%D0%B0%D0%B9"},
		i18n.EN: {"Кофемолки · Yarmarka", "Русский", "/search?q=%D1%87%D0%B0%D0%B9"},
	} {
		doc := page(t, web.Shell{Lang: lang, BaseURL: "https://example.org", Path: "/search", Query: "q=%D1%87%D0%B0%D0%B9"},
			web.Page{Title: "Кофемолки", Description: "Ручные", Section: "goods", Feed: "/feeds/new.xml"})
		for _, fault := range doc.Lint() {
			t.Errorf("%s: %s", lang, fault)
		}
		checks := map[string][2]string{
			"lang":   {doc.One(htmltest.Tag("html")).Attr("lang"), string(lang)},
			"title":  {doc.One(htmltest.Tag("title")).Text(), want.title},
			"switch": {doc.Find(htmltest.Role("link", want.other)).Attr("href"), want.switchTo},
			"query":  {doc.One(htmltest.Role("searchbox", "")).Value(), "чай"},
			"en":     {doc.Find(htmltest.Attr("hreflang", "en"), htmltest.Tag("link")).Attr("href"), "https://example.org/en/search"},
			"feed":   {doc.Find(htmltest.Attr("type", "application/rss+xml")).Attr("href"), web.Path(i18n.WithLang(context.Background(), lang), "/feeds/new.xml")},
			"place":  {doc.Find(htmltest.Attr("aria-current", "page")).Tag(), "a"},
		}
		for name, c := range checks {
			if c[0] != c[1] {
				t.Errorf("%s %s = %q, want %q", lang, name, c[0], c[1])
			}
		}
	}
}

// A page of any address, found or not, links to this site alone: "/en//evil.example" is no page of ours, and its Russian
// twin is not another's site.
func TestPagesOfOddAddressesLinkHere(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"//evil.example", "///evil.example/a", "/\\evil.example", "/\t/evil.example", "/\r\nSet-Cookie: a=b", "/p/a?b#c"} {
		for _, lang := range []i18n.Lang{i18n.RU, i18n.EN} {
			for _, status := range []int{404, 503} {
				ctx := web.WithShell(context.Background(), &web.Shell{Lang: lang, Path: path, Query: "q=1"})
				var b strings.Builder
				if err := web.ErrorPage(web.ErrorView{Status: status, Lost: path}).Render(ctx, &b); err != nil {
					t.Fatal(err)
				}
				for _, link := range htmltest.ParseString(t, b.String()).All(htmltest.Tag("a")) {
					if href := link.Attr("href"); !web.Local(href) && !strings.HasPrefix(href, "#") || strings.Contains(href, "?b#c") {
						t.Errorf("%d of %q in %s has a link to %q", status, path, lang, href)
					}
				}
			}
		}
	}
}

func TestLayoutShowsWhoVisits(t *testing.T) {
	t.Parallel()
	stranger := page(t, web.Shell{Path: "/p/tula"}, web.Page{Title: "Тула"})
	if got := stranger.Find(htmltest.Role("link", "Войти")).Attr("href"); got != "/sign-in?next=%2Fp%2Ftula" {
		t.Errorf("sign-in leads to %s", got)
	}
	if stranger.Has(htmltest.Role("link", "Кабинет продавца")) || stranger.Has(htmltest.Role("link", "Рабочий стол")) {
		t.Error("a stranger sees workplaces")
	}
	if !stranger.Find(htmltest.Class("cnt")).HasAttr("hidden") {
		t.Error("an empty cart shows a count")
	}
	seller := page(t, web.Shell{Person: web.Person{ID: 1, Name: "Анна", SellerID: 2, Staff: true}, CartCount: func() int { return 3 }}, web.Page{Title: "Тула"})
	for _, name := range []string{"Анна", "Кабинет продавца", "Рабочий стол"} {
		if !seller.Has(htmltest.Role("link", name)) {
			t.Errorf("no link %s", name)
		}
	}
	if got := seller.Find(htmltest.Class("cnt")); got.Text() != "3" || got.HasAttr("hidden") {
		t.Errorf("cart count %q", got.Text())
	}
}

func TestSectionsOfOtherWingsAppearOnlyWhenGiven(t *testing.T) {
	t.Parallel()
	bar := htmltest.Role("navigation", "Разделы")
	var got []string
	for _, a := range page(t, web.Shell{}, web.Page{}).One(bar).All(htmltest.Tag("a")) {
		got = append(got, a.Text())
	}
	if want := []string{"Товары", "Магазины", "За границу"}; !slices.Equal(got, want) {
		t.Errorf("sections %q, want %q", got, want)
	}
	more := web.Shell{Sections: []web.Section{{ID: "goods", Path: "/search"}, {ID: "services", Path: "/gov"}}}
	if !page(t, more, web.Page{}).One(bar).Has(htmltest.Role("link", "Услуги")) {
		t.Error("a given section is missing")
	}
}

func TestStructuredDataCannotCloseItsScript(t *testing.T) {
	t.Parallel()
	evil := `</script><script>alert(1)</script>`
	doc := page(t, web.Shell{}, web.Page{Title: "Х", JSONLD: []any{map[string]string{"name": evil}}})
	data := doc.All(htmltest.Attr("type", "application/ld+json"))
	if len(data) != 1 || len(doc.Lint()) != 0 {
		t.Fatalf("%d scripts, faults %v", len(data), doc.Lint())
	}
}

func TestFlashIsSaidAndCanBeTakenBack(t *testing.T) {
	t.Parallel()
	doc := page(t, web.Shell{Flash: &web.Flash{Kind: "ok", Key: "error.request", Args: []string{"id", "<7>"}, Undo: "/cart/lines/7", UndoFields: map[string]string{"act": "restore"}}}, web.Page{})
	if got := doc.One(htmltest.Class("flash")).Text(); !strings.Contains(got, "<7>") {
		t.Errorf("flash %q", got)
	}
	form := doc.Find(htmltest.Role("button", "Вернуть")).Press()
	if form.Action != "/cart/lines/7" || form.Values.Get("act") != "restore" {
		t.Errorf("undo sends %+v", form)
	}
}

func TestPageInErrorSaysSoInItsTitle(t *testing.T) {
	t.Parallel()
	if got := page(t, web.Shell{}, web.Page{Title: "Вход", Errors: 2}).One(htmltest.Tag("title")).Text(); got != "Ошибка: Вход · Ярмарка" {
		t.Errorf("title %q", got)
	}
}

func TestErrorsBecomeTheAnswersOfTheHouse(t *testing.T) {
	t.Parallel()
	secret := errors.New("dial tcp 10.0.0.7: password=hunter2")
	for _, test := range []struct {
		err    error
		status int
		says   string
	}{
		{errs.New(errs.NotFound, "error.not_found").With(secret), 404, "Такой страницы нет"},
		{errs.New(errs.Forbidden, "error.not_found"), 403, "Сюда вам нельзя"},
		{errs.New(errs.Conflict, "error.bad_value"), 409, "всё изменилось"},
		{errs.New(errs.Invalid, "form.invalid"), 422, "принять данные"},
		{errs.New(errs.TooMany, "error.bad_value"), 429, "Слишком часто"},
		{errs.New(errs.Unavailable, "error.bad_value"), 503, "не отвечаем"},
		{errs.New(errs.TooLarge, "form.too_large"), 413, "Слишком много данных"},
		{errs.New(errs.BadRequest, "form.unreadable"), 400, "Запрос не получился"},
		{secret, 500, "Сломалось у нас"},
	} {
		fail := func(http.ResponseWriter, *http.Request) error { return test.err }
		w := answer(web.Shell{RequestID: "7f3a-91c2"}, get("/x"), fail)
		doc := htmltest.ParseString(t, w.Body.String())
		if w.Code != test.status || !strings.Contains(doc.One(htmltest.Tag("h1")).Text(), test.says) {
			t.Errorf("%v: %d, want %d with %q", test.err, w.Code, test.status, test.says)
		}
		if strings.Contains(w.Body.String(), "hunter2") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v: shows its cause or may be kept", test.err)
		}
		if shows := strings.Contains(w.Body.String(), "7f3a-91c2"); shows != (test.status >= 500) {
			t.Errorf("%v: request id shown: %v", test.err, shows)
		}
		if !doc.Has(htmltest.Role("searchbox", "")) || len(doc.Lint()) > 0 {
			t.Errorf("%v: search is gone or faults: %v", test.err, doc.Lint())
		}
		if wait := w.Header().Get("Retry-After") != ""; wait != (test.status == 429 || test.status == 503) {
			t.Errorf("%v: Retry-After %v", test.err, wait)
		}
	}
}

func TestLostCardIsSearchedForByItsAddress(t *testing.T) {
	t.Parallel()
	w := answer(web.Shell{Path: "/p/kofemolka-tula-25"}, get("/p/kofemolka-tula-25"),
		func(http.ResponseWriter, *http.Request) error { return errs.New(errs.NotFound, "error.not_found") })
	doc := htmltest.ParseString(t, w.Body.String())
	if got := doc.Find(htmltest.Role("link", "Искать товары")).Attr("href"); got != "/search?q=kofemolka+tula+25" {
		t.Errorf("search leads to %s", got)
	}
}

// What fails leaves a line for whoever keeps the site, with its cause and the number that the visitor was shown; the visitor
// is shown no cause. It looks at the program's one log, so it does not run beside others.
func TestFailuresAreLogged(t *testing.T) { //nolint:paralleltest // see above
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	defer slog.SetDefault(old)
	for kind, want := range map[errs.Kind]string{errs.Internal: "ERROR", errs.Unavailable: "WARN", errs.TooMany: "WARN", errs.Forbidden: "INFO"} {
		log.Reset()
		r := get("/orders/7")
		w := answer(web.Shell{RequestID: "r7", Path: "/orders/7"}, r, func(http.ResponseWriter, *http.Request) error {
			return errs.New(kind, "error.internal").With(errors.New("the cause within"))
		})
		var line struct {
			Level, Err, Kind, Path string
			ID                     string `json:"request_id"`
		}
		if err := json.Unmarshal(log.Bytes(), &line); err != nil || line.Level != want || line.ID != "r7" || line.Path != "/orders/7" || line.Kind != kind.String() || !strings.Contains(line.Err, "the cause within") {
			t.Errorf("%v leaves %q", kind, log.String())
		}
		if strings.Contains(w.Body.String(), "the cause within") || kind == errs.Internal && !strings.Contains(w.Body.String(), "r7") {
			t.Errorf("%v shows %q", kind, w.Body.String())
		}
	}
}

func TestScriptsGetProblemsAsJSON(t *testing.T) {
	t.Parallel()
	r := get("/x")
	r.Header.Set("Accept", "application/json")
	w := answer(web.Shell{RequestID: "r1"}, r, func(http.ResponseWriter, *http.Request) error {
		return errs.Fields([]errs.Field{{Name: "qty", Key: "form.whole_number"}})
	})
	var got struct {
		Status int
		Fields map[string]string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 422 || got.Status != 422 || !strings.Contains(got.Fields["qty"], "целое число") {
		t.Errorf("%d %s %v", w.Code, w.Body, err)
	}
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("type %s", got)
	}
}

func TestUnauthenticatedGoesToSignInAndBack(t *testing.T) {
	t.Parallel()
	w := answer(web.Shell{Lang: i18n.EN, Path: "/orders", Query: "after=7"}, get("/orders"),
		func(http.ResponseWriter, *http.Request) error {
			return errs.New(errs.Unauthenticated, "error.not_found")
		})
	if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != "/en/sign-in?next=%2Forders%3Fafter%3D7" {
		t.Errorf("%d %s", w.Code, got)
	}
}

func TestRenderWritesAWholePageOrNone(t *testing.T) {
	t.Parallel()
	broken := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "<p>half")
		return errors.New("boom")
	})
	w := answer(web.Shell{}, get("/"), func(w http.ResponseWriter, r *http.Request) error { return web.Render(w, r, 200, broken) })
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "half") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestPublicPagesAreSharedOnlyWithoutASession(t *testing.T) {
	t.Parallel()
	show := func(w http.ResponseWriter, r *http.Request) error {
		web.Public(w, r, 60)
		return web.Render(w, r, http.StatusOK, templ.Raw("<h1>Привет</h1>"))
	}
	stranger := answer(web.Shell{}, get("/"), show)
	if cc := stranger.Header().Get("Cache-Control"); !strings.Contains(cc, "s-maxage=60") || stranger.Header().Get("Set-Cookie") != "" {
		t.Errorf("a stranger's page: %s", cc)
	}
	if cc := answer(web.Shell{HasCookie: true}, get("/"), show).Header().Get("Cache-Control"); !strings.HasPrefix(cc, "private") {
		t.Errorf("a visitor's page: %s", cc)
	}
	again := get("/")
	again.Header.Set("If-None-Match", stranger.Header().Get("ETag"))
	if w := answer(web.Shell{}, again, show); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("asked again: %d with %d bytes", w.Code, w.Body.Len())
	}
}

func TestLocalKeepsRedirectsHere(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]bool{"/cart": true, "/en/cart?x=1": true, "//evil.example": false, "/\\evil.example": false,
		"https://evil.example": false, "": false, "/\t/evil.example": false, "cart": false} {
		if got := web.Local(next); got != want {
			t.Errorf("Local(%q) = %v", next, got)
		}
	}
}
