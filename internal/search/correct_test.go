package search_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/search"
)

// bothScripts is a shop whose dictionary has each word in one alphabet or in both, some far oftener than others.
func bothScripts(t *testing.T) *search.Service {
	t.Helper()
	titles := []string{
		"Кофе в зёрнах", "Кофемолка ручная", "Чайник заварочный", "Чай чёрный", "Чайник электрический", "Coffee grinder",
		"Grind size guide", "Coarse grind", "Fine grind", "Kettle Bosch", "Chair Oslo", "Наушники Самсунг",
	}
	for range 20 {
		titles = append(titles, "Coffee cup", "Кофе молотый", "Чашка кофейная")
	}
	var docs []search.Doc
	for i, title := range titles {
		docs = append(docs, thing(int64(i+1), title))
	}
	s, pool := put(t, docs...)
	if err := search.Refresh(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSlipsStayInTheirAlphabet(t *testing.T) {
	t.Parallel()
	s := bothScripts(t)
	for typed, want := range map[string]string{
		"cofee grinder":  "coffee grinder", // кофи shares a stem with кофе, but nobody wrote it
		"coffe grinder":  "coffee grinder",
		"grindr":         "grinder", // grind is oftener in the shop, yet a letter was left out
		"coffee grindr":  "coffee grinder",
		"ketle":          "kettle",
		"кофимолка":      "кофемолка",
		"кофемолкаа":     "кофемолка",
		"чайнк":          "чайник",
		"наушнеки":       "наушники",
		"coffee grinder": "coffee grinder",
	} {
		if res := ask(t, s, search.Params{Q: typed}); res.Searched != want {
			t.Errorf("%q was read as %q, want %q", typed, res.Searched, want)
		}
	}
}

func TestTheOtherAlphabetIsReadWhereItsWordWasWritten(t *testing.T) {
	t.Parallel()
	s := bothScripts(t)
	for typed, want := range map[string]string{
		"kofemolka": "кофемолка",
		"kofemolku": "кофемолку", // a form nobody wrote, but no Latin word is near
		"kofe":      "кофе",
		"chai":      "чай", // chair is one slip away, чай none
		"кеттле":    "kettle",
		"kofemolca": "кофемолка",
		"rjatvjkrf": "кофемолка",
	} {
		if res := ask(t, s, search.Params{Q: typed}); res.Searched != want {
			t.Errorf("%q was read as %q, want %q", typed, res.Searched, want)
		}
	}
}
