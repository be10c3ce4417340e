package search_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/search"
)

// The numbers in these tests' names are those of the list of attacks that every door of the site is held against.

func TestCase72SQLInSortOrderKeysAndCursor(t *testing.T) {
	t.Parallel()
	s := russian(t)
	const evil = `1'; drop table search_docs; --`
	for _, query := range []string{
		"sort=", "kind=", "category=", "brand=", "after=", "a.colour=", "sort=price_asc&after=",
	} {
		if got := get(t, s, i18n.RU, "/search?q=чай&"+query+url.QueryEscape(evil), "").Code; got != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", query, got)
		}
	}
	if got := get(t, s, i18n.RU, "/search?q=x&"+url.QueryEscape("a."+evil)+"=1", "").Code; got != http.StatusBadRequest {
		t.Errorf("a filter's key: %d, want 400", got)
	}
	for _, p := range []search.Params{{Q: "чайник", Limit: -1}, {Q: "чайник", Limit: 1 << 40}, {Q: evil}} {
		if _, err := s.Query(t.Context(), p); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
	if res := ask(t, s, search.Params{Q: "чайник"}); res.Total != 1 {
		t.Errorf("afterwards %d teapots are found", res.Total)
	}
}

func TestCase73OperatorsOfAQueryLanguageAreWords(t *testing.T) {
	t.Parallel()
	s := russian(t)
	for _, q := range []string{`чайник & & ( " -`, `"чайник`, `чайник AND`, `чайник:*`, `!чайник`, `(чайник`, `чайник | `, `чайник <-> `} {
		if res := ask(t, s, search.Params{Q: q}); len(res.Hits)+len(res.Near) == 0 {
			t.Errorf("%q leads nowhere", q)
		}
		if got := get(t, s, i18n.RU, "/search?q="+url.QueryEscape(q), "").Code; got != http.StatusOK {
			t.Errorf("%q: %d", q, got)
		}
	}
}

// TestCase74PatternsAndLongQueriesAreCut asserts what bounds the time, not the time.
func TestCase74PatternsAndLongQueriesAreCut(t *testing.T) {
	t.Parallel()
	s := russian(t)
	for _, q := range []string{strings.Repeat(`%_\`, 3400), strings.Repeat(`(a+)+$`, 1700), strings.Repeat("щ", 10_000), strings.Repeat("чай ", 2500)} {
		res := ask(t, s, search.Params{Q: q})
		if n := len([]rune(res.Searched)); n > 200 {
			t.Errorf("%.20q…: %d characters were looked for", q, n)
		}
		got, err := s.Suggest(t.Context(), q, i18n.RU)
		if err != nil || len(got.Queries) > 10 {
			t.Errorf("%.20q…: %d suggestions, %v", q, len(got.Queries), err)
		}
	}
}

func TestCase75BytesThatAreNoText(t *testing.T) {
	t.Parallel()
	s := russian(t)
	for _, raw := range []string{"%00", "%ff%fe", "%ed%a0%80", "чай%00ник", "%c3"} {
		for _, path := range []string{"/search?q=", "/suggest?q="} {
			if got := get(t, s, i18n.RU, path+raw, "").Code; got != http.StatusOK {
				t.Errorf("%s%s: %d", path, raw, got)
			}
		}
		for _, key := range []string{"category", "brand", "a.colour", "after", "kind", "sort"} {
			if got := get(t, s, i18n.RU, "/search?"+key+"="+raw, "").Code; got != http.StatusBadRequest {
				t.Errorf("%s=%s: %d, want 400", key, raw, got)
			}
		}
	}
	w := get(t, s, i18n.RU, "/suggest?q=%ff%00", "application/json")
	if !json.Valid(w.Body.Bytes()) {
		t.Errorf("not JSON: %q", w.Body.String())
	}
}

func TestCase76InvisibleAndStackedMarksVanish(t *testing.T) {
	t.Parallel()
	s := russian(t)
	for _, q := range []string{"ча\u200bйник", "\u202eчайник\u202c", "ч\u00adайник", "чайник\ufeff", "ча\u200dйник", "чайник\u200d", "чаи\u0306ник", "чайник\u3164", "чайник\u0336\u0337\u0338\u0335"} {
		res := ask(t, s, search.Params{Q: q})
		if len(res.Hits) == 0 || res.Hits[0].RefID != 2 {
			t.Errorf("%q found %v", q, ids(res.Hits))
		}
		page := get(t, s, i18n.RU, "/search?q="+url.QueryEscape(q), "").Body.String()
		for _, mark := range []string{"\u202e", "\u200b", "\ufeff"} {
			if strings.Contains(page, mark) {
				t.Errorf("%q: the page carries %U on", q, []rune(mark)[0])
			}
		}
	}
}

// FuzzParamsLeadBack reads any address as the search page does and asks for what it says in a form that leads back to it.
func FuzzParamsLeadBack(f *testing.F) {
	for _, q := range []string{
		"q=чай&price_min=1,50&sort=price_asc&a.colour=blue&a.colour=red&brand=x&view=list", "q=%00&kind=goods", "a.=1", "a.%27=1", "after=AAAA", "%zz",
		"price_max=99999999999999999999", "price_min=1e9", "q=" + strings.Repeat("%25", 500), strings.Repeat("brand=x&", 90), "kind=discussions&exact=1&category=a.b",
	} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		req := httptest.NewRequest(http.MethodGet, "/search", nil)
		req.URL.RawQuery = query
		p, err := search.ParseParams(req)
		if err != nil {
			if !errs.Is(err, errs.BadRequest) && !errs.Is(err, errs.Invalid) {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		again := httptest.NewRequest(http.MethodGet, p.Address("/search"), nil)
		q, err := search.ParseParams(again)
		if err != nil {
			t.Fatalf("%q made %q, which is refused: %v", query, again.URL, err)
		}
		if a, b := p.Address("/search"), q.Address("/search"); a != b {
			t.Fatalf("%q reads back as %q", a, b)
		}
	})
}

func TestAWordOfTheThesaurusIsNoSlip(t *testing.T) {
	t.Parallel()
	s, pool := put(t, thing(1, "Wooden spoon"), thing(2, "Wooden scarf hanger"), thing(3, "Scarf of wool"), thing(4, "Wooden toy"))
	if err := search.Refresh(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	res := ask(t, s, search.Params{Q: "woolen scarff", Lang: i18n.EN})
	if res.Searched != "woolen scarf" || len(res.Hits) == 0 || res.Hits[0].RefID != 3 {
		t.Errorf("read as %q, found %v", res.Searched, ids(res.Hits))
	}
}

// TestANewWordIsKnownAtOnce asks before and after: the dictionary in memory is made anew when a word is in nobody's.
func TestANewWordIsKnownAtOnce(t *testing.T) {
	t.Parallel()
	_, pool := put(t, thing(1, "Чайник медный"))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := search.New(pool, search.Options{Now: func() time.Time { at = at.Add(time.Minute); return at }})
	ask(t, s, search.Params{Q: "чайник"})
	if err := search.Put(t.Context(), pool, []search.Doc{thing(2, "Самовар угольный")}); err != nil {
		t.Fatal(err)
	}
	if res := ask(t, s, search.Params{Q: "саммовар"}); res.Searched != "самовар" || len(res.Hits) != 1 {
		t.Errorf("a slip in a new word: read as %q, %d found", res.Searched, len(res.Hits))
	}
	if got, err := s.Suggest(t.Context(), "угол", i18n.RU); err != nil || len(got.Queries) != 1 {
		t.Errorf("a new word is not completed: %v, %v", got.Queries, err)
	}
}
