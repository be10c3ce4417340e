package destination

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Every card of a list says in a line whether it goes to the visitor's country, from one question; a stranger's say
// nothing and ask nothing.
func TestCardsSayWhatGoes(t *testing.T) {
	t.Parallel()
	// The seventh nobody sells, the eighth is known to be sold out.
	cards := []ui.Product{{ID: "1", Away: "11"}, {ID: "2"}, {ID: "3"}, {ID: "4"}, {ID: "5"}, {ID: "6"}, {ID: "7"}, {ID: "8", Gone: "Sold out"}}
	asked := 0
	var away error
	s := New(nil, false)
	s.Reach = func(context.Context, string, []Carded) (map[Carded]Reach, error) {
		asked++
		return map[Carded]Reach{{1, 11}: {Outcome: Goes, Price: 1000_00, Postage: 490_00, MinDays: 9, MaxDays: 14, Extra: 250_50}, {2, 0}: {Outcome: Goes, Postage: 1240_00, MaxDays: 7},
			{3, 0}: {Outcome: Goes, Postage: 300_00, Unsaid: true}, {4, 0}: {Outcome: Stays, Why: Text{"Не впустят", "Not let in"}}, {5, 0}: {Outcome: Stays},
			{6, 0}: {Outcome: Unknown}, {8, 0}: {Outcome: Goes}}, away
	}
	lines := func(cookie string) (list []string) {
		r := httptest.NewRequestWithContext(i18n.WithLang(t.Context(), i18n.EN), http.MethodGet, "/", http.NoBody)
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: CookieName, Value: cookie})
		}
		s.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			for _, p := range ui.Reach(r.Context(), slices.Clone(cards)) {
				list = append(list, strings.NewReplacer("\u00a0", " ", "\u2060", "").Replace(p.Reach))
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
		return list
	}
	want := []string{"To the United States: ₽490, 9–14 days; duty and tax ≈ ₽250.50. In all ≈ ₽1,740.50",
		"To the United States: ₽1,240, 7 days; no duty. In all ≈ ₽1,240",
		"To the United States: ₽300; duty not known", "Not let in", "Not sent to the United States",
		"To the United States: the post has not named a price yet", "", ""}
	if diff := cmp.Diff(want, lines("US.")); diff != "" || asked != 1 {
		t.Errorf("%d questions, -want +got\n%s", asked, diff)
	}
	for _, cookie := range []string{"", ".EUR"} {
		if diff := cmp.Diff(make([]string, len(cards)), lines(cookie)); diff != "" || asked != 1 {
			t.Errorf("at home (%q): %d questions, -want +got\n%s", cookie, asked, diff)
		}
	}
	if away = errors.New("away"); lines("US.")[0] != "" {
		t.Error("cards say what nobody told")
	}
}

// A Russian source is no reading for who reads English: its address stands for it, or it is said to be Russian.
func TestSourcesSayTheirLanguage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"EU 2026/382": "Source: EU 2026/382",
		"3 евро за код (https://eur-lex.europa.eu/x).": `<a href="https://eur-lex.europa.eu/x" rel="noreferrer" hreflang="ru">Source in Russian</a>`,
		"по памяти": `Source in Russian: <span lang="ru">по памяти</span>`,
	} {
		var b strings.Builder
		if err := source(text).Render(i18n.WithLang(t.Context(), i18n.EN), &b); err != nil || strings.TrimSpace(b.String()) != want {
			t.Errorf("%q, want %q (%v)", b.String(), want, err)
		}
	}
	var b strings.Builder
	if err := source("по памяти").Render(i18n.WithLang(t.Context(), i18n.RU), &b); err != nil || b.String() != "Источник: по памяти" {
		t.Errorf("%q (%v)", b.String(), err)
	}
}
