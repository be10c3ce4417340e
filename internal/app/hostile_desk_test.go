package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/export/desk"
)

// Whatever JSON an authority's program sends with a right key: a clear refusal as a problem, and no case is touched.
func TestHostileJSONAtTheDesks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key, err := w.m.export.programs.MakeKey(t.Context(), w.actors[customs].person, desk.Customs, "Проба")
	w.must(err)
	const cases = `select md5(string_agg(c::text, '|' order by id)) || (select count(*) from export_case_events) from export_cases c`
	before := one[string](w.site, cases)
	for i, body := range append(madeJSON(), given(t, "json", "naughty-strings")...) {
		for _, verb := range []string{"decide", "note"} {
			w.exec(`delete from rate_limits`)
			got := w.do(call{method: http.MethodPost, path: "/api/v1/export/desks/customs/cases/" + w.things["customs case"] + "/" + verb, raw: string(body.content),
				header: map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + key, "Idempotency-Key": fmt.Sprintf("%s-%d", verb, i)}})
			what := verb + " given " + body.name
			w.sane(what, got)
			if got.StatusCode < 400 || got.StatusCode >= 500 || got.Header.Get("Content-Type") != "application/problem+json" || !utf8.ValidString(got.body) {
				t.Errorf("%s answers %d as %s", what, got.StatusCode, got.Header.Get("Content-Type"))
			}
		}
	}
	if after := one[string](w.site, cases); after != before {
		t.Error("a case was touched")
	}
}

// A key is no use where cookies are asked for, and a cookie none where a key is; a key leads nowhere in an address.
func TestKeysAndCookiesDoNotMix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key, err := w.m.export.programs.MakeKey(t.Context(), w.actors[customs].person, desk.Customs, "Проба")
	w.must(err)
	bearer := map[string]string{"Authorization": "Bearer " + key}
	for _, path := range []string{"/export/desks/customs", "/export/desks/keys", "/account", "/admin"} {
		if got := w.do(call{method: http.MethodGet, path: path, header: bearer}); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s with a key answers %d", path, got.StatusCode)
		}
	}
	const cases = "/api/v1/export/desks/customs/cases"
	for what, c := range map[string]call{
		"the officer's cookie": {path: cases, cookies: w.actors[customs].cookies()},
		"a key in the address": {path: cases + "?key=" + key + "&access_token=" + key},
		"a basic one":          {path: cases, header: map[string]string{"Authorization": "Basic " + key}},
	} {
		c.method = http.MethodGet
		if got := w.do(c); got.StatusCode != http.StatusUnauthorized || strings.Contains(got.body, key) {
			t.Errorf("%s answers %d", what, got.StatusCode)
		}
	}
	if got := w.do(call{method: http.MethodGet, path: cases, header: bearer}); got.StatusCode != http.StatusOK || got.Header.Get("Set-Cookie") != "" {
		t.Errorf("the key answers %d with the cookie %q", got.StatusCode, got.Header.Get("Set-Cookie"))
	}
}

// A file beside a button that keeps none is refused, not dropped: whoever chose it would take it for sent.
func TestAFileBesideANoteIsNotDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := "/export/desks/culture/cases/" + w.things["culture case"]
	before := w.counts()
	for _, do := range []string{"say", "keep", "skip", "take"} {
		e := entrance{role: admin, method: http.MethodPost, path: path, values: values("do", do, "note", "Позвонить мастеру")}
		got := w.upload(e, "file", "paper.pdf", "application/pdf", pdfOf("", ""))
		w.sane(do, got)
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Файл прикладывают к решению") || !strings.Contains(got.body, "Позвонить мастеру") {
			t.Errorf("%s with a file answers %d", do, got.StatusCode)
		}
	}
	w.same("a file beside a note", before)
}
