package calculator

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// stepView is a step of the algorithm with its rules in force.
type stepView struct {
	ID, Title string
	Rules     ui.Grid
}

// rulesView is all rules in force today.
type rulesView struct {
	Count, Guesses int64
	Day            string
	Steps          []stepView
}

func (h *Handlers) rules(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	lib, err := h.S.Law.Library(ctx)
	if err != nil {
		return err
	}
	today := rates.Today(h.S.Now())
	web.Public(w, r, keep)
	return web.Render(w, r, http.StatusOK, rulesPage(printRules(ctx, lib.RulesOn(today), lib.TablesOn(today), today)))
}

func printRules(ctx context.Context, rules []clearance.Rule, tables clearance.Tables, today time.Time) rulesView {
	v := rulesView{Count: int64(len(rules)), Day: day(ctx, today)}
	slices.SortStableFunc(rules, func(a, b clearance.Rule) int { return a.Rank - b.Rank })
	for _, s := range clearance.Steps {
		step := stepView{ID: "step-" + s.Name, Title: strconv.Itoa(s.Number) + ". " + clearance.StepWords(ctx, s.Number)}
		step.Rules = ui.Grid{Caption: step.Title, Head: []ui.Col{{Title: t(ctx, "col_says")}, {Title: t(ctx, "rule_when"), Wide: true}, {Title: t(ctx, "col_sure")}}}
		for _, rule := range rules {
			if rule.Step != s.Number {
				continue
			}
			guess := rule.Status == clearance.Hypothesis
			if guess {
				v.Guesses++
			}
			step.Rules.Rows = append(step.Rules.Rows, ui.Row{TestID: "rule", Cells: []ui.Cell{{Text: upper(says(ctx, &rule)), Href: web.Path(ctx, "/export/rules/"+rule.ID)},
				{Text: conditions(ctx, rule.When, tables)}, {Node: statusBadge(guess)}}})
		}
		if len(step.Rules.Rows) > 0 {
			v.Steps = append(v.Steps, step)
		}
	}
	return v
}

// conditions are a rule's conditions in a line; a long list is cut, the rule's own page has it whole.
func conditions(ctx context.Context, when string, tables clearance.Tables) string {
	var parts []string
	for _, c := range clearance.Explain(ctx, when, tables) {
		text := []rune(c.Text)
		if len(text) > longest {
			text = append(text[:longest], '…')
		}
		parts = append(parts, string(text))
	}
	if len(parts) == 0 {
		return t(ctx, "rule_always")
	}
	return upper(strings.Join(parts, "; "))
}

// longest bounds a condition in a line of the list.
const longest = 110

// says is what follows from a rule, in a few words.
func says(ctx context.Context, r *clearance.Rule) string {
	text := i18n.T(ctx, "clearance.outcome."+string(r.Outcome))
	if r.Then != "" {
		text += ": " + clearance.ThenWords(ctx, r.Then)
	}
	return text
}

// ruleView is one rule, explained.
type ruleView struct {
	Name, Title, Step string
	StepHref          string
	Conditions        []clearance.Condition
	Facts             []ui.Pair
	Source            string
	Guess             bool
	Ended             bool
	Versions          []string
}

func (h *Handlers) rule(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	lib, err := h.S.Law.Library(ctx)
	if err != nil {
		return err
	}
	today := rates.Today(h.S.Now())
	var versions []clearance.Rule
	for _, rule := range lib.Rules {
		if rule.ID == chi.URLParam(r, "rule") && !rule.Waiting {
			versions = append(versions, rule)
		}
	}
	if len(versions) == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	slices.SortFunc(versions, func(a, b clearance.Rule) int { return b.Version - a.Version })
	current, ended := versions[0], true
	for _, rule := range lib.RulesOn(today) {
		if rule.ID == current.ID {
			current, ended = rule, false
		}
	}
	tables, err := h.S.Law.Tables(ctx, today)
	if err != nil {
		return err
	}
	web.Public(w, r, keep)
	return web.Render(w, r, http.StatusOK, rulePage(printRule(ctx, current, versions, ended, tables)))
}

func printRule(ctx context.Context, r clearance.Rule, versions []clearance.Rule, ended bool, tables clearance.Tables) ruleView {
	step := clearance.StepWords(ctx, r.Step)
	v := ruleView{Name: r.ID, Title: upper(says(ctx, &r)), Step: step, StepHref: web.Path(ctx, "/export/rules") + "#step-" + clearance.StepName(r.Step),
		Conditions: clearance.Explain(ctx, r.When, tables), Source: r.SourceIn(i18n.LangOf(ctx)), Guess: r.Status == clearance.Hypothesis, Ended: ended}
	add := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, ui.Pair{Key: t(ctx, key), Value: value})
		}
	}
	add("rule_step", strconv.Itoa(r.Step)+". "+step)
	add("rule_authority", r.AuthorityIn(i18n.LangOf(ctx)))
	if r.Quote != "" {
		v.Facts = append(v.Facts, ui.Pair{Key: t(ctx, "rule_quote"), Node: clearance.Quote(&r.Provenance)})
	}
	add("rule_from", day(ctx, r.From))
	add("rule_to", day(ctx, r.To))
	add("rule_checked", day(ctx, r.Checked))
	for _, version := range versions {
		v.Versions = append(v.Versions, t(ctx, "rule_version", "n", version.Version, "day", day(ctx, version.From)))
	}
	return v
}
