package everyone_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
)

// 4.1.3: what a script changes without a new page is said in words to those who do not see it, and the focus stays.
func TestAddingToTheCartIsSaid(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	for _, lang := range languages {
		j := newJudge(t, m, m.Visitor(t, ""), lang)
		j.Goto(lang + "/search?q=чай")
		path := j.Path()
		j.WaitFor("document.readyState === 'complete'", "the page's scripts")
		j.Eval(`(b => { b.focus(); b.click() })(document.querySelector('main form[data-add] button:not([data-fav])'))`, nil)
		j.WaitFor(`document.querySelector('#live[role=status]').innerText.trim()`, "words about the cart")
		var kept bool
		if j.Eval(`document.activeElement.closest('form[data-add]') !== null`, &kept); !kept || j.Path() != path {
			t.Errorf("%s: adding moves the focus, or the visitor to %s", path, j.Path())
		}
		j.Eval(axe+";"+criteria, nil)
		j.axe("after adding")
	}
}
