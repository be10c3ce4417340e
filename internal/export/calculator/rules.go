package calculator

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// rulesPath is where all rules are; a rule stands on that page under its own name, and has a page of its own below it.
const rulesPath = "/export/rules"

// lineView is a rule in the list.
type lineView struct {
	ID, Href, Says, When string
	Guess                bool
}

// areaView is an area with its rules.
type areaView struct {
	ID, Title, Count string
	Rules            []lineView
}

// rulesView is the rules in force today, those that were looked for.
type rulesView struct {
	Browse         clearance.Browse
	Count, Guesses int64 // of all
	Day            string
	Found          string // "12 rules are found"; "" when nothing in particular was looked for
	General        string // how many rules hold for every country, where one was chosen
	Contents       []ui.Filter
	Areas          []areaView
	Countries      []ui.Option
	Authorities    []ui.Option
	AreaOptions    []ui.Option
}

// maxWords bounds what is looked for.
const maxWords = 80

func (h *Handlers) rules(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	lib, err := h.S.Law.Library(ctx)
	if err != nil {
		return err
	}
	words := []rune(f.Text("q"))
	b := clearance.Browse{Words: string(words[:min(len(words), maxWords)]), Area: f.Raw("area"), Country: strings.ToUpper(f.Text("country")), Authority: f.Text("authority")}
	web.Public(w, r, keep)
	return web.Render(w, r, http.StatusOK, rulesPage(printRules(ctx, lib, b, rates.Today(h.S.Now()))))
}

func printRules(ctx context.Context, lib *clearance.Library, b clearance.Browse, today time.Time) rulesView {
	rules, tables := lib.RulesOn(today), lib.TablesOn(today)
	slices.SortStableFunc(rules, func(a, b clearance.Rule) int { return a.Rank - b.Rank })
	slices.SortStableFunc(rules, func(a, b clearance.Rule) int { return a.Step - b.Step })
	v := rulesView{Browse: b, Count: int64(len(rules)), Day: day(ctx, today)}
	v.options(ctx, lib, rules, tables)
	found, general := int64(0), int64(0)
	for _, area := range lib.Areas() {
		one, all := areaView{ID: "area-" + area, Title: clearance.AreaWords(ctx, area)}, int64(0)
		for i := range rules {
			r := &rules[i]
			if r.Area != area {
				continue
			}
			all++
			if len(clearance.Countries(r.When, tables)) == 0 {
				general++
			}
			if r.Status == clearance.Hypothesis {
				v.Guesses++
			}
			if b.Takes(ctx, r, tables) {
				one.Rules = append(one.Rules, lineView{ID: r.ID, Href: web.Path(ctx, rulesPath+"/"+r.ID), Says: i18n.Capital(clearance.Says(ctx, r)),
					When: conditions(ctx, r.When, tables), Guess: r.Status == clearance.Hypothesis})
			}
		}
		found += int64(len(one.Rules))
		v.add(ctx, area, one, all)
	}
	if b.Empty() {
		return v
	}
	v.Found = i18n.N(ctx, "calculator.rules_found", found)
	if b.Country != "" {
		v.General = i18n.N(ctx, "calculator.rules_general", general)
	}
	return v
}

// add puts an area on the page: in the contents when it has rules, and below them when some of them were looked for.
func (v *rulesView) add(ctx context.Context, area string, one areaView, all int64) {
	if all == 0 {
		return
	}
	v.AreaOptions = append(v.AreaOptions, ui.Option{Value: area, Label: one.Title})
	v.Contents = append(v.Contents, ui.Filter{Label: one.Title + " " + i18n.Number(i18n.LangOf(ctx), all), Href: areaHref(ctx, area), On: v.Browse.Area == area})
	if len(one.Rules) == 0 {
		return
	}
	guesses := int64(0)
	for _, r := range one.Rules {
		if r.Guess {
			guesses++
		}
	}
	one.Count = counts(ctx, int64(len(one.Rules)), guesses)
	v.Areas = append(v.Areas, one)
}

// areaHref is the list of an area's rules alone.
func areaHref(ctx context.Context, area string) string {
	return web.Path(ctx, rulesPath+"?"+url.Values{"area": {area}}.Encode())
}

// counts are the rules of an area in a few words.
func counts(ctx context.Context, rules, guesses int64) string {
	text := i18n.N(ctx, "calculator.n_rules", rules)
	if guesses > 0 {
		text += ", " + i18n.N(ctx, "calculator.n_guesses", guesses)
	}
	return text
}

// options are what the list may be narrowed to.
func (v *rulesView) options(ctx context.Context, lib *clearance.Library, rules []clearance.Rule, tables clearance.Tables) {
	lang := i18n.LangOf(ctx)
	var rows []clearance.Row
	for i := range rules {
		rows = append(rows, &rules[i])
	}
	v.AreaOptions = []ui.Option{{Label: t(ctx, "rules_any_area")}}
	v.Countries, v.Authorities = []ui.Option{{Label: t(ctx, "rules_any_country")}}, []ui.Option{{Label: t(ctx, "rules_any_authority")}}
	for _, code := range clearance.CountriesOf(rows, tables) {
		if name := oksm.Name(lang, code); name != code {
			v.Countries = append(v.Countries, ui.Option{Value: code, Label: name})
		}
	}
	slices.SortFunc(v.Countries[1:], func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	for _, name := range clearance.Authorities(lang, rows) {
		v.Authorities = append(v.Authorities, ui.Option{Value: name, Label: name})
	}
}

// conditions are a rule's conditions in a line; a long list is called by its name or cut, the rule's own page has it whole.
func conditions(ctx context.Context, when string, tables clearance.Tables) string {
	var parts []string
	for _, c := range clearance.Explain(ctx, when, tables) {
		brief := []rune(c.Brief)
		if len(brief) > longest {
			brief = append(brief[:longest], '…')
		}
		parts = append(parts, string(brief))
	}
	if len(parts) == 0 {
		return t(ctx, "rule_always")
	}
	return i18n.Capital(strings.Join(parts, "; "))
}

// longest bounds a condition in a line of the list.
const longest = 110
