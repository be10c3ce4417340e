package ui_test

import (
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/web/ui"
)

func TestCodesStayWhole(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Кофемолка VG-120 с жерновами": `Кофемолка <span class="nw">VG-120</span> с жерновами`,
		"Рюкзак-переноска для кошки":   "Рюкзак-переноска для кошки",
		"A-1 & <b>": `<span class="nw">A-1</span> &amp; &lt;b&gt;`,
	} {
		var b strings.Builder
		if err := ui.Codes(text).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(b.String()), " "); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
