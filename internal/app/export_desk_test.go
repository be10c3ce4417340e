package app

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/export/desk"
)

// asProgram is the verb of the API that does what a button of a desk's page does.
var asProgram = map[string]string{"take": "take", "skip": "return", "say": "note", "keep": "answers", "release": "decide", "refuse": "decide", "more": "decide",
	"permit": "decide", "inspect": "decide", "next": "next"}

var pressed = regexp.MustCompile(`name="do" value="([a-z]+)"`)

// Whatever an officer may press, the authority's own program may ask for, and nothing besides.
func TestDesksHaveTheSameVerbsForPeopleAndPrograms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	buttons := map[string]bool{"next": true}
	for kind, who := range map[desk.Kind]string{desk.Culture: expert, desk.Currency: currency, desk.Customs: customs} {
		path := "/export/desks/" + string(kind) + "/cases/" + w.things[string(kind)+" case"]
		for _, do := range []string{"", "take", "more"} { // open, taken, asked
			if do != "" {
				w.do(call{method: http.MethodPost, path: path, form: url.Values{"do": {do}, "note": {"Что это?"}}, cookies: w.actors[who].cookies()})
			}
			page := w.do(call{method: http.MethodGet, path: path, cookies: w.actors[who].cookies()})
			for _, m := range pressed.FindAllStringSubmatch(page.body, -1) {
				buttons[m[1]] = true
			}
			if page.StatusCode != http.StatusOK || strings.Count(page.body, "<kbd") < 4 {
				t.Errorf("%s after %q answers %d with %d keys described", path, do, page.StatusCode, strings.Count(page.body, "<kbd"))
			}
		}
	}
	verbs, wanted := map[string]bool{}, map[string]bool{}
	err := chi.Walk(w.router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if rest, ok := strings.CutPrefix(route, "/api/v1/export/desks/{desk}/cases/"); ok && method == http.MethodPost {
			verbs[rest[strings.LastIndexByte(rest, '/')+1:]] = true
		}
		return nil
	})
	w.must(err)
	for button := range buttons {
		verb, ok := asProgram[button]
		if !ok || !verbs[verb] {
			t.Errorf("the button %q has no verb in the API", button)
		}
		wanted[verb] = true
	}
	for verb := range verbs {
		if !wanted[verb] {
			t.Errorf("the verb %q has no button", verb)
		}
	}
	for button := range asProgram {
		if !buttons[button] {
			t.Errorf("no page shows %q, of %v", button, slices.Collect(maps.Keys(buttons)))
		}
	}
}
