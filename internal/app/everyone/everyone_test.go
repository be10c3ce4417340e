package everyone_test

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/app/demo"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// visitor is somebody who looks at the pages that others do not see, or see in another state.
type visitor struct {
	name, email string
	starts      []string                           // without the language
	only        func(path string) bool             // which of the pages found are this visitor's to judge; others judge the rest
	sees        []string                           // shapes of pages that must be among them: a link lost is not a page judged
	before      func(*testing.T, *apptest.Visitor) // what happened before
}

func under(prefixes ...string) func(string) bool {
	return func(path string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(strings.TrimPrefix(path, "/en"), p) })
	}
}

// but leaves out what somebody else judges.
func but(prefix string, those func(string) bool) func(string) bool {
	return func(path string) bool { return those(path) && !under(prefix)(path) }
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

// abroad makes whoever looks a visitor from Germany, who has something in the cart that can be sent there.
func abroad(t *testing.T, v *apptest.Visitor) {
	choose(t, v, "DE")
	_, body := v.Get("/search?q=кружка&abroad=1")
	for _, field := range htmltest.ParseString(t, body).All(htmltest.Tag("input"), htmltest.Attr("name", "offer")) {
		if v.Post("/cart/lines", url.Values{"offer": {field.Attr("value")}, "qty": {"1"}}) < 400 {
			return
		}
	}
	full(t, v)
}

// choose says where things are to be sent.
func choose(t *testing.T, v *apptest.Visitor, country string) {
	t.Helper()
	if status := v.Post("/destination", url.Values{"country": {country}, "next": {"/"}}); status != http.StatusSeeOther {
		t.Fatalf("going to %s answers %d", country, status)
	}
}

// account is who plays a role in the demonstration.
func account(role string) string {
	for _, a := range demo.Accounts {
		if a.Role == role {
			return a.Email
		}
	}
	panic("the demonstration has no " + role)
}

// Those with the most pages come first, so that none of them is left alone at the end.
var visitors = []visitor{
	{name: "seller", email: account("seller"), starts: []string{"/seller"}, only: under("/seller"), sees: []string{"/seller", "/seller/listings/*", "/seller/orders/*", "/seller/imports",
		"/seller/export", "/seller/export/goods/*", "/seller/export/parcels", "/seller/export/terms", "/seller/export/table", "/seller/export/vat", "/seller/export/cases"}},
	{name: "admin", email: account("admin"), starts: []string{"/admin"}, only: but("/admin/moderation", under("/admin")), sees: []string{"/admin", "/admin/export", "/admin/export/rules",
		"/admin/export/rules/rule/*", "/admin/export/rules/list/*", "/admin/export/rules/figure/*", "/admin/export/rules/edit"}},
	{name: "stranger", starts: []string{"/", "/cart", "/wishes", "/compare", "/checkout", "/no/such/page", "/search?q=ыыыыыы", "/export?thing=plate&country=DE&weight=350&price=1900"},
		only: func(string) bool { return true }, sees: []string{"/export", "/export/rules", "/export/rules/*", "/p/*", "/c/*", "/shops/*", "/destination"}},
	{name: "shopper", email: account("shopper"), starts: []string{"/account", "/orders"}, only: under("/account", "/orders", "/checkout", "/wishes"), sees: []string{"/account", "/orders", "/orders/*"}},
	{name: "guest from abroad", starts: []string{"/", "/cart", "/search?q=кружка"}, only: under("/cart", "/checkout", "/p/", "/search", "/destination"), before: abroad,
		sees: []string{"/cart", "/p/*", "/search", "/destination"}},
	{name: "guest with a cart", starts: []string{"/cart", "/checkout"}, only: under("/cart"), before: full, sees: []string{"/cart"}},
	{name: "guest at the checkout", starts: []string{"/checkout"}, only: under("/checkout"), before: atCheckout, sees: []string{"/checkout"}},
	{name: "moderator", email: account("moderator"), starts: []string{"/admin"}, only: under("/admin/moderation"), sees: []string{"/admin/moderation", "/admin/moderation/*"}},
	{name: "culture expert", email: account("culture expert"), starts: []string{"/export/desks/culture", "/export/desks/culture?pile=done"}, only: under("/export/desks"),
		sees: []string{"/export/desks/culture/cases/*", "/export/desks/keys"}},
	{name: "currency officer", email: account("currency officer"), starts: []string{"/export/desks/currency"}, only: under("/export/desks/currency"), sees: []string{"/export/desks/currency"}},
	{name: "customs officer", email: account("customs officer"), starts: []string{"/export/desks/customs"}, only: under("/export/desks/customs"), sees: []string{"/export/desks/customs"}},
}

var languages = []string{"", "/en"}

// pages are the addresses this visitor judges in a language, one of each kind.
func (who visitor) pages(t *testing.T, v *apptest.Visitor, lang string) []string {
	t.Helper()
	var starts []string
	for _, s := range who.starts {
		starts = append(starts, cmp.Or(strings.TrimSuffix(lang+s, "/"), "/"))
	}
	found := slices.DeleteFunc(v.Walk(1, starts...), func(p string) bool {
		return !who.only(p) || strings.HasSuffix(p, "/html") // a letter is shown in a frame of the page before it
	})
	found = append(found, starts...)
	slices.Sort(found)
	found = thin(slices.Compact(found))
	for _, shape := range who.sees {
		if !slices.ContainsFunc(found, func(page string) bool { return shapeOf(page) == lang+shape }) {
			t.Errorf("no link leads a %s to %s", who.name, lang+shape)
		}
	}
	return found
}

// shapeOf is the kind of page at an address, whatever is asked of it.
func shapeOf(page string) string {
	path, _, _ := strings.Cut(page, "?")
	return "/" + strings.TrimSuffix(apptest.Shape(&url.URL{Path: path}), "?")
}

// ofAPath is how many pages are judged whose addresses differ only in what is asked for: a list, sorted and filtered, is
// the same page again.
const ofAPath = 2

func thin(pages []string) []string {
	seen := map[string]int{}
	return slices.DeleteFunc(pages, func(page string) bool {
		shape, asked := shapeOf(page), strings.Contains(page, "?")
		seen[shape]++
		return asked && seen[shape] > ofAPath
	})
}

// Nothing on any page keeps anybody out: axe-core finds nothing, and neither do the scripts for what it cannot see.
func TestEveryPageIsForEveryone(t *testing.T) {
	t.Parallel()
	for _, who := range visitors {
		t.Run(strings.ReplaceAll(who.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			m := apptest.New(t, apptest.Options{})
			v := m.Visitor(t, who.email)
			if who.before != nil {
				who.before(t, v)
			}
			for _, lang := range languages {
				t.Run("in"+strings.ReplaceAll(lang, "/", "_"), func(t *testing.T) { who.judges(t, m, v, lang) })
			}
		})
	}
}

// judges looks at every page of this visitor's in a language, and at what its forms answer when they are sent empty.
func (who visitor) judges(t *testing.T, m *apptest.Market, v *apptest.Visitor, lang string) {
	t.Helper()
	j := newJudge(t, m, v, lang)
	pages := who.pages(t, v, lang)
	for i, path := range pages {
		if j.Goto(path); j.known() {
			continue
		}
		j.whole("as it is")
		if lang == "" { // the languages have their markup in common
			j.byKeyboard("as it is", i == 0)
			j.stays("as it is")
		}
		j.refused(path)
	}
	t.Logf("%d pages and states, %d were the same again: %s", j.seen, j.again, strings.Join(pages, " "))
}
