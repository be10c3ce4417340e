package ui_test

import (
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/web/ui"
)

// A model's number is not torn at the end of a line; words with hyphens are.
func TestNameKeepsModelNumbersWhole(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Блендер «Варница» VB-800 с венчиком": `Блендер «Варница» <span class="nw">VB-800</span> с венчиком`,
		"Кофемолка BK-38, ручная":             `Кофемолка <span class="nw">BK-38,</span> ручная`,
		"Иван-чай листовой":                   "Иван-чай листовой",
		"<b> & co":                            "&lt;b&gt; &amp; co",
	} {
		var b strings.Builder
		if err := ui.Name(in).Render(t.Context(), &b); err != nil || b.String() != want {
			t.Errorf("%q is printed as %q (%v), want %q", in, b.String(), err, want)
		}
	}
}
