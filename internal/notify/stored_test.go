package notify

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// anyBlock draws a block of any kind, of whatever people write.
func anyBlock(t *rapid.T) Block {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Мёд", `</p>"'&\`, "a\u2028b\x00\n", "https://yarmarka.example/orders/1?key=a&b=c"}))
	fact := rapid.Custom(func(t *rapid.T) Fact { return Fact{text.Draw(t, "name"), text.Draw(t, "value")} })
	row := rapid.Custom(func(t *rapid.T) Row {
		return Row{text.Draw(t, "title"), text.Draw(t, "detail"), text.Draw(t, "sum")}
	})
	facts := rapid.SliceOfN(fact, 0, 4)
	made := map[string]func() Block{
		"para":   func() Block { return Para(text.Draw(t, "text")) },
		"head":   func() Block { return Head(text.Draw(t, "text")) },
		"button": func() Block { return Button(text.Draw(t, "label"), text.Draw(t, "url")) },
		"note":   func() Block { return Note(text.Draw(t, "text")) },
		"facts":  func() Block { return Facts(facts.Draw(t, "facts")...) },
		"lines": func() Block {
			return Lines(rapid.SliceOfN(row, 0, 4).Draw(t, "rows"), facts.Draw(t, "totals"))
		},
	}
	kinds := slices.Sorted(maps.Keys(forms))
	if diff := cmp.Diff(slices.Sorted(maps.Keys(made)), kinds); diff != "" {
		t.Fatalf("kinds of blocks (-drawn +known):\n%s", diff)
	}
	return made[rapid.SampledFrom(kinds).Draw(t, "kind")]()
}

// What a letter says survives the outbox: from there it is composed as it would have been at once.
func TestALetterIsComposedFromTheOutbox(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		l := Letter{Title: rapid.String().Draw(r, "title"), Preview: rapid.String().Draw(r, "preview"),
			Why: rapid.String().Draw(r, "why"), Blocks: rapid.SliceOfN(rapid.Custom(anyBlock), 0, 6).Draw(r, "blocks")}
		lang := rapid.SampledFrom(i18n.Langs).Draw(r, "lang")
		html, text, err := Compose(t.Context(), lang, l)
		if err != nil {
			r.Fatal(err)
		}
		stored, err := l.said(t.Context(), lang)
		if err != nil {
			r.Fatal(err)
		}
		if n := len(html) + len(text); n > 4<<10+32*len(stored) {
			r.Errorf("%d bytes of what is said make %d", len(stored), n)
		}
		e, err := Entry{Lang: string(lang), Letter: &stored}.composed(t.Context())
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff([]string{html, text}, []string{e.HTML, e.Body}); diff != "" {
			r.Errorf("forms (-at once +from the outbox):\n%s", diff)
		}
	})
}
