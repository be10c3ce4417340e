package everyone_test

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app"
	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// visitor is somebody who looks at the pages that others do not see, or see in another state.
type visitor struct {
	name, email string
	starts      []string                           // without the language
	only        func(path string) bool             // which of the pages found are this visitor's to judge
	before      func(*testing.T, *apptest.Visitor) // what happened before
}

func under(prefixes ...string) func(string) bool {
	return func(path string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(strings.TrimPrefix(path, "/en"), p) })
	}
}

// full puts two goods into the cart, the wishes and the comparison.
func full(t *testing.T, v *apptest.Visitor) {
	_, body := v.Get("/search?q=чай")
	added := 0
	for _, field := range htmltest.ParseString(t, body).All(htmltest.Tag("input"), htmltest.Attr("name", "offer")) {
		if added < 2 && v.Post("/cart/lines", url.Values{"offer": {field.Attr("value")}, "qty": {"1"}}) < 400 { // others may hold the last
			added++
		}
	}
	if added < 2 {
		t.Fatalf("the search sells %d goods", added)
	}
}

// atCheckout takes everything in the cart to the checkout, where it is held.
func atCheckout(t *testing.T, v *apptest.Visitor) {
	full(t, v)
	_, body := v.Get("/cart")
	form := url.Values{}
	for _, field := range htmltest.ParseString(t, body).All(htmltest.Tag("input"), htmltest.Attr("name", "line")) {
		form.Add("line", field.Attr("value"))
	}
	if status := v.Post("/checkout", form); status != http.StatusSeeOther {
		t.Fatalf("going to the checkout answers %d", status)
	}
}

var visitors = []visitor{
	{name: "stranger", starts: []string{"/", "/cart", "/wishes", "/compare", "/checkout", "/no/such/page", "/search?q=ыыыыыы"}, only: func(string) bool { return true }},
	{name: "guest with a cart", starts: []string{"/cart", "/checkout"}, only: under("/cart"), before: full},
	{name: "guest at the checkout", starts: []string{"/checkout"}, only: under("/checkout"), before: atCheckout},
	{name: "shopper", email: app.DemoAccounts[0].Email, starts: []string{"/account", "/orders"}, only: under("/account", "/orders", "/checkout", "/wishes")},
	{name: "seller", email: app.DemoAccounts[1].Email, starts: []string{"/seller"}, only: under("/seller")},
	{name: "admin", email: app.DemoAccounts[3].Email, starts: []string{"/admin"}, only: under("/admin")},
	{name: "culture expert", email: "expert@example.com", starts: []string{"/export/desks/culture", "/export/desks/culture?pile=done"}, only: under("/export/desks")},
	{name: "currency officer", email: "currency@example.com", starts: []string{"/export/desks/currency"}, only: under("/export/desks")},
	{name: "customs officer", email: "customs@example.com", starts: []string{"/export/desks/customs"}, only: under("/export/desks/customs")},
}

var languages = []string{"", "/en"}

// pages are the addresses this visitor judges in a language, one of each kind.
func (who visitor) pages(v *apptest.Visitor, lang string) []string {
	var starts []string
	for _, s := range who.starts {
		starts = append(starts, cmp.Or(strings.TrimSuffix(lang+s, "/"), "/"))
	}
	found := slices.DeleteFunc(v.Walk(1, starts...), func(p string) bool {
		return !who.only(p) || strings.HasSuffix(p, "/html") // a letter is shown in a frame of the page before it
	})
	found = append(found, starts...)
	slices.Sort(found)
	return thin(slices.Compact(found))
}

// ofAPath is how many pages are judged whose addresses differ only in what is asked for: a list, sorted and filtered, is
// the same page again.
const ofAPath = 2

func thin(pages []string) []string {
	seen := map[string]int{}
	return slices.DeleteFunc(pages, func(page string) bool {
		path, _, asked := strings.Cut(page, "?")
		shape := apptest.Shape(&url.URL{Path: path})
		seen[shape]++
		return asked && seen[shape] > ofAPath
	})
}

// Nothing on any page keeps anybody out: axe-core finds nothing, and neither do the scripts for what it cannot see.
func TestEveryPageIsForEveryone(t *testing.T) {
	t.Parallel()
	for _, who := range visitors {
		for _, lang := range languages {
			t.Run(strings.ReplaceAll(who.name+lang, " ", "_"), func(t *testing.T) {
				t.Parallel()
				m := apptest.New(t, apptest.Options{})
				v := m.Visitor(t, who.email)
				if who.before != nil {
					who.before(t, v)
				}
				j := newJudge(t, m, v, lang)
				for i, path := range who.pages(v, lang) {
					j.Goto(path)
					j.whole("as it is")
					if lang == "" { // the languages have their markup in common
						j.byKeyboard("as it is", i == 0)
						j.stays("as it is")
					}
					j.refused(path)
				}
				t.Logf("%d pages and states", j.seen)
			})
		}
	}
}
