package calculator

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// ruleView is one rule, explained.
type ruleView struct {
	Name, Title, Area string
	AreaHref          string
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
	v := ruleView{Name: r.ID, Title: i18n.Capital(clearance.Says(ctx, &r)), Area: clearance.AreaWords(ctx, r.Area), AreaHref: areaHref(ctx, r.Area) + "#" + r.ID,
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
