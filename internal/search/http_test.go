package search_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/web"
)

// get asks the search pages as a visitor of the language would.
func get(t *testing.T, s *search.Service, lang i18n.Lang, address, accept string) *httptest.ResponseRecorder {
	t.Helper()
	r := chi.NewRouter()
	s.Routes(r)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	req.URL.Path, req.URL.RawQuery, _ = strings.Cut(address, "?")
	req.Header.Set("Accept", accept)
	shell := &web.Shell{Lang: lang, BaseURL: "https://shop.example", Path: req.URL.Path, Query: req.URL.RawQuery}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req.WithContext(web.WithShell(req.Context(), shell)))
	return w
}

func TestSearchPage(t *testing.T) {
	t.Parallel()
	s, _ := put(t,
		thing(1, "Свитер <i>шерстяной</i>", with(variant(100_000, colour, blue), variant(100_000, colour, red))),
		thing(2, "Свитер хлопковый", with(variant(150_000, colour, blue)), func(d *search.Doc) { d.Fee = 190_00 }),
	)
	page := get(t, s, i18n.RU, "/search?q="+url.QueryEscape("свитер")+"&a.1=11&price_max=1200", "").Body.String()
	for _, want := range []string{
		"1 товар", "Свитер &lt;i&gt;шерстяной&lt;/i&gt;", `href="/p/thing-1"`, "убрать фильтр", `name="a.1"`, `aria-current="page"`, `name="price_max"`,
		`value="1200"`, "Почему такой порядок", `name="sort"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "thing-2") {
		t.Error("a thing outside the price is shown")
	}
	english := get(t, s, i18n.EN, "/search?q="+url.QueryEscape("свитер"), "").Body.String()
	for _, want := range []string{"2 items", `href="/en/p/thing-1"`, `action="/en/search"`, "Tomorrow, free", "Tomorrow, ₽190"} {
		if !strings.Contains(english, want) {
			t.Errorf("the English page lacks %q", want)
		}
	}
}

func TestSearchPageSaysHowItReadTheWords(t *testing.T) {
	t.Parallel()
	s := russian(t)
	page := get(t, s, i18n.RU, "/search?q=rjatvjkrf", "").Body.String()
	if !strings.Contains(page, "Показаны результаты по запросу") || !strings.Contains(page, "exact=1") {
		t.Error("a corrected query has no note with an undo")
	}
	page = get(t, s, i18n.RU, "/search?q="+url.QueryEscape("кофемолка фарфоровый"), "").Body.String()
	if !strings.Contains(page, "По всем словам ничего нет") || !strings.Contains(page, "Возможно, подойдёт") || !strings.Contains(page, "Искать «") {
		t.Error("an empty result has no way on")
	}
}

func TestStatusesOfBadAddresses(t *testing.T) {
	t.Parallel()
	s := russian(t)
	for address, want := range map[string]int{
		"/search":          200,
		"/search?q=%00%ff": 200,
		"/search?q=" + strings.Repeat("%25_%5C", 3000): 200,
		"/search?q=%D1%87%D0%B0%D0%B9+%26+%26+(+%22+-": 200,
		"/search?kind=nonsense":                        400,
		"/search?sort=price%27--":                      400,
		"/search?sort=price_asc&after=AAAA":            400,
		"/search?after=%00":                            400,
		"/search?a.%27=1":                              400,
		"/search?a.colour=%00":                         400,
		"/search?brand=%3Cscript%3E":                   400,
		"/search?category=no-such":                     404,
		"/search?price_min=abc":                        422,
		"/search?price_max=-5":                         422,
		"/search?price_max=99999999999999999999999":    422,
		"/search?q=%zz":                                400,
		"/suggest?q=%00%ff":                            200,
		"/suggest?q=" + strings.Repeat("%D1%89", 3000): 200,
		"/suggest": 200,
	} {
		if got := get(t, s, i18n.RU, address, "").Code; got != want {
			t.Errorf("%.60s: %d, want %d", address, got, want)
		}
	}
	if page := get(t, s, i18n.RU, "/search?q=%D0%BA%D0%BE%D1%84%D0%B5%D0%BC%D0%BE%D0%BB%D0%BA%D0%B0&price_min=abc", "").Body.String(); !strings.Contains(page, "Напишите цену числом") || !strings.Contains(page, `value="abc"`) {
		t.Error("a mistyped price is not explained, or what was typed is lost")
	}
}

func TestSuggestSpeaksJSONAndHTML(t *testing.T) {
	t.Parallel()
	s := russian(t)
	w := get(t, s, i18n.RU, "/suggest?q="+url.QueryEscape("коф"), "application/json")
	var got struct {
		Q           string
		Suggestions []struct{ Text, Kind, URL string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Q != "коф" || len(got.Suggestions) != 2 || got.Suggestions[0].Text != "кофемолка" || got.Suggestions[1].URL != "/p/thing-1" {
		t.Errorf("got %+v", got)
	}
	if body := get(t, s, i18n.RU, "/suggest?q="+url.QueryEscape("коф"), "text/html").Body.String(); !strings.Contains(body, `href="/p/thing-1"`) || strings.Contains(body, "<html") {
		t.Errorf("not a fragment: %s", body)
	}
}

func TestOpenSearchNamesTheAddress(t *testing.T) {
	t.Parallel()
	s, _ := put(t)
	body := get(t, s, i18n.RU, "/opensearch.xml", "").Body.Bytes()
	var doc struct {
		URL []struct {
			Template string `xml:"template,attr"`
		} `xml:"Url"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil || len(doc.URL) != 2 || doc.URL[0].Template != "https://shop.example/search?q={searchTerms}" {
		t.Errorf("%v: %s", err, body)
	}
}
