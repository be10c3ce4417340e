package calculator_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// most is how many bytes the page of all rules may have before anything is packed: it is read on phones.
const most = 100 << 10

// All rules are on one light page, folded by area, each under its own name, where a finding links to.
func TestAllRulesAreFoldedByAreaOnALightPage(t *testing.T) {
	t.Parallel()
	h := router(t, nil)
	files, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs {
		_, page := ask(t, h, lang, "/export/rules")
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/export/rules", nil)
		h.ServeHTTP(w, r.WithContext(i18n.WithLang(r.Context(), lang)))
		t.Logf("%s: %d bytes", lang, w.Body.Len())
		if w.Body.Len() > most {
			t.Errorf("%s: the page has %d bytes", lang, w.Body.Len())
		}
		for _, rule := range files.RulesOn(day) {
			if !page.Has(htmltest.Attr("id", rule.ID)) || !page.Has(htmltest.Attr("href", map[i18n.Lang]string{i18n.EN: "/en"}[lang]+"/export/rules/"+rule.ID)) {
				t.Errorf("%s: %s has no place", lang, rule.ID)
			}
		}
		areas := page.All(htmltest.TestID("area"))
		if len(areas) < 15 || len(page.All(htmltest.TestID("rule"))) != len(files.RulesOn(day)) {
			t.Errorf("%s: %d areas, %d rules", lang, len(areas), len(page.All(htmltest.TestID("rule"))))
		}
		for _, area := range areas {
			if area.HasAttr("open") {
				t.Errorf("%s: %s is open though nothing was looked for", lang, area.Attr("id"))
			}
		}
	}
}

// Rules are found by words in any form, by area, by country and by who says so.
func TestRulesAreFound(t *testing.T) {
	t.Parallel()
	h := router(t, nil)
	for query, want := range map[string]struct{ there, gone, says string }{
		"?q=алкоголя":   {"post.alcohol", "culture.art", "Нашлось"},
		"?q=батаре":     {"post.battery", "post.alcohol", "Нашл"},
		"?area=culture": {"culture.art", "post.alcohol", "Нашл"},
		"?country=BR":   {"parties.tax-id-br", "import.eu-833", "действуют для всех стран"},
		"?country=de":   {"import.eu-833", "culture.art", "действуют для всех стран"},
		"?authority=Европейский+союз": {"import.eu-833", "culture.art", "Нашл"},
		"?q=culture.art": {"culture.art", "post.alcohol", "Нашл"},
		"?q=флогистон":   {"", "culture.art", "Попробуйте другие слова"},
		"?area=nowhere":  {"", "culture.art", "Нашлось 0 правил"},
	} {
		status, page := ask(t, h, i18n.RU, "/export/rules"+query)
		there := want.there == "" || page.Has(htmltest.Attr("id", want.there))
		if status != http.StatusOK || !there || page.Has(htmltest.Attr("id", want.gone)) || !strings.Contains(page.Text(), want.says) {
			t.Errorf("%s: %d, %q there: %v, %q gone: %v, %q in %.300s", query, status, want.there, there, want.gone, !page.Has(htmltest.Attr("id", want.gone)), want.says, page.Text())
		}
		for _, area := range page.All(htmltest.TestID("area")) {
			if !area.HasAttr("open") {
				t.Errorf("%s: what was found is folded", query)
			}
		}
	}
	if _, page := ask(t, h, i18n.EN, "/export/rules?q="+strings.Repeat("x", 500)); len([]rune(page.One(htmltest.Label("Words")).Value())) != 80 {
		t.Error("a long question is not cut")
	}
}

// identifier is a name as programs write it: consignee.address, small_packet, culture.half-century.
var identifier = regexp.MustCompile(`[a-z]+[._@#][a-z_]+|\b(individual|self_employed|hs|ems)\b`)

// Nobody reads a program's names on public pages: rules, conditions and values are said as people say them.
func TestNoRawNameIsShown(t *testing.T) {
	t.Parallel()
	h := router(t, nil)
	files, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{"/export/rules", "/export/rules?country=US", question(), question("country", "US"), question("year", "1890", "country", "RS"), question("thing", "wooden box")}
	for _, r := range files.RulesOn(day) {
		paths = append(paths, "/export/rules/"+r.ID)
	}
	for _, lang := range i18n.Langs {
		for _, path := range paths {
			_, page := ask(t, h, lang, path)
			text := page.One(htmltest.Tag("main")).Text()
			for _, row := range files.Rows() { // sources and quotes are quoted as they are, addresses and all
				for _, quoted := range []string{row.Its().Source, row.Its().English.Source, row.Its().Quote, row.Its().English.Quote} {
					if quoted != "" {
						text = strings.ReplaceAll(text, strings.ReplaceAll(quoted, "https://", ""), "")
					}
				}
			}
			if raw := identifier.FindString(text); raw != "" {
				t.Errorf("%s %s shows %q in %.900s", lang, path, raw, text)
			}
		}
	}
}
