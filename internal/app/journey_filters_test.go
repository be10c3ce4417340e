package app_test

import (
	"net/url"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Whoever types a price while the answer to the filter before is still on its way loses neither the price nor the
// place in the field, and both filters apply in the end.
func TestFiltersSpareWhatIsBeingTyped(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	for _, width := range []int{browsertest.Desktop, browsertest.Phone} {
		t.Run(way{lang: i18n.RU, width: width}.String(), func(t *testing.T) {
			t.Parallel()
			p := someone(t, m, way{lang: i18n.RU, width: width}).open("/search?q=" + url.QueryEscape("кофемолка"))
			if width == browsertest.Phone {
				p.Click(p.says("ui.filters"))
			}
			p.Eval(`document.addEventListener("htmx:beforeSwap", () => {
				document.getElementById("f-price-max").focus();
				document.execCommand("insertText", false, "6000"); // as keys do: a change is told when the field is left
			}, {once: true})`, nil)
			p.Tick("Россия")
			p.WaitFor(`new URL(location).searchParams.get("a.origin") === "russia"`, "the first filter to apply")
			p.WaitFor(`document.querySelectorAll("#list .prod").length > 1`, "the list of the first filter")
			p.WaitFor(`document.activeElement.id === "f-price-max" && document.activeElement.value === "6000"`, "the typed price to stay")
			p.Eval(`document.activeElement.blur()`, nil)
			p.WaitFor(`new URL(location).searchParams.get("price_max") === "6000"`, "the price to apply")
			p.WaitFor(`document.querySelectorAll("#list .prod").length === 1`, "the list of both filters")
			if got, _ := url.ParseQuery(p.query()); got.Get("a.origin") != "russia" {
				t.Errorf("the first filter is gone: %v", got)
			}
			p.WaitFor(`document.querySelector("#facets").offsetWidth > 0`, "the filters to stay open")
		})
	}
}

// Two choices, the second made before the answer to the first, both apply; the counts are those of both.
func TestFiltersChosenFasterThanTheAnswer(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	p := someone(t, m, way{lang: i18n.RU, width: browsertest.Desktop}).open("/search?kind=goods")
	p.Eval(`document.addEventListener("htmx:beforeSwap", () => document.querySelectorAll('.facets [type=checkbox]')[1].click(), {once: true})`, nil)
	p.Eval(`document.querySelectorAll('.facets [type=checkbox]')[0].click()`, nil)
	p.WaitFor(`[...new URL(location).searchParams].length >= 3`, "both filters to apply")
	p.WaitFor(`document.querySelectorAll('.facets :checked').length === 2`, "both filters to stay ticked")
	p.WaitFor(`document.querySelector('.facets .apply').textContent.includes(document.querySelector('#list [role=status]').textContent.split(',')[0].trim())`, "the button to count what is shown")
}

// query is the query of the page's address.
func (p *person) query() string {
	p.t.Helper()
	var q string
	p.Eval(`location.search.slice(1)`, &q)
	return q
}
