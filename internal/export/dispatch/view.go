package dispatch

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// badge is a state as a word, a tint and an icon.
func (v voice) badge(s State) ui.Tag {
	kind, icon := ui.Info, "clock"
	switch s {
	case Ready:
		kind, icon = ui.Warn, "pencil"
	case Held, Refused, Lost:
		kind, icon = ui.Bad, "alert"
	case Declared, HandedOver:
		kind, icon = ui.OK, "truck"
	case Departed:
		kind, icon = ui.OK, "plane"
	case Delivered:
		kind, icon = ui.OK, "check"
	case Cancelled:
		kind, icon = "", "x"
	case Returning, Returned:
		kind, icon = ui.Warn, "package"
	}
	return ui.Tag{Label: v.t("dispatch.state." + string(s)), Kind: kind, Icon: icon}
}

func (v voice) country(code string) string { return destination.NameOf(v.Lang, code) }

func (v listView) tabs() []ui.Tab {
	list := make([]ui.Tab, len(Piles))
	for i, p := range Piles {
		list[i] = ui.Tab{Label: v.t("dispatch.pile." + string(p)), Count: strconv.Itoa(v.Counts[p]), Href: ui.PathIn(v.Lang, listPath+"?pile="+string(p)), Current: p == v.Pile}
	}
	return list
}

// headline says what is to be done now.
func (v listView) headline() string {
	if n := v.Counts[PileTodo]; n > 0 {
		return v.n("dispatch.list.todo", n)
	}
	return v.t("dispatch.list.calm")
}

// standings is the line that ties money, parcel and register together: paid, cleared, departed, row of the register.
func (v voice) standings(r ListRow) string {
	parts := []string{v.t("dispatch.line.paid", "at", i18n.Date(v.Lang, r.PaidAt, v.Now))}
	add := func(done bool, key string, args ...any) {
		if done {
			parts = append(parts, v.t(key, args...))
		}
	}
	add(r.Refunded > 0, "dispatch.line.refunded", "sum", v.sum(r.Refunded, money.RUB))
	if r.ReleasedAt != nil && (r.Form == papers.FormCN22 || r.Form == papers.FormCN23) { // within the union nobody releases anything
		add(true, "dispatch.line.cleared", "at", i18n.Date(v.Lang, *r.ReleasedAt, v.Now))
	}
	if r.DepartedAt != nil {
		add(true, "dispatch.line.departed", "at", i18n.Date(v.Lang, *r.DepartedAt, v.Now))
	}
	if r.VATRow != nil {
		add(true, "dispatch.line.vat", "n", *r.VATRow)
	}
	return strings.Join(parts, " · ")
}

// verdict is the sentence at the head of a parcel's page.
func (v parcelView) verdict() (kind, icon, text string) {
	switch v.State {
	case Ready:
		return ui.Warn, "pencil", v.t("dispatch.verdict.ready")
	case AtDesk:
		return ui.Warn, "clock", v.t("dispatch.verdict.at_desk")
	case Held, Refused, Lost:
		return ui.Bad, "alert", v.t("dispatch.verdict." + string(v.State))
	}
	return ui.OK, "okc", v.t("dispatch.verdict." + string(v.State))
}

// tally counts what the last decision found.
func (v parcelView) tally(ctx context.Context) string {
	d, ok := v.Last()
	if !ok {
		return v.t("dispatch.tally.none")
	}
	var pass, needs, refused int
	for _, c := range v.checks(ctx) {
		switch c.Outcome {
		case clearance.Pass:
			pass++
		case clearance.Refused:
			refused++
		default:
			needs++
		}
	}
	if needs == 0 && refused == 0 {
		return v.t("dispatch.tally.clear", "passed", v.n("dispatch.tally.passed", pass), "day", i18n.Date(v.Lang, d.Day, v.Now))
	}
	return v.t("dispatch.tally", "passed", v.n("dispatch.tally.passed", pass), "waiting", v.n("dispatch.tally.waiting", needs),
		"refused", v.n("dispatch.tally.refused", refused), "day", i18n.Date(v.Lang, d.Day, v.Now))
}

// check is one step of the decision as the page shows it.
type check struct {
	Step    int
	Outcome clearance.Outcome
	Waived  bool
	Why     []string
	Basis   []basisView
}

// checks are the steps of the last decision, those that ask for something first.
func (v parcelView) checks(ctx context.Context) []check {
	d, ok := v.Last()
	if !ok {
		return nil
	}
	byStep := map[int]*check{}
	var list []*check
	for _, f := range d.Decision.Findings {
		c := byStep[f.Step]
		if c == nil {
			c = &check{Step: f.Step, Outcome: clearance.Pass}
			byStep[f.Step], list = c, append(list, c)
		}
		v.add(ctx, c, f)
	}
	slices.SortStableFunc(list, func(a, b *check) int { return cmp.Compare(rankOf(b.Outcome), rankOf(a.Outcome)) })
	out := make([]check, len(list))
	for i, c := range list {
		out[i] = *c
	}
	return out
}

// saidAndSilent parts the checks that have something to say from those that no rule objects on.
func (v parcelView) saidAndSilent(ctx context.Context) (said, silent []check) {
	for _, c := range v.checks(ctx) {
		if c.Outcome == clearance.Pass && len(c.Why) == 0 {
			silent = append(silent, c)
		} else {
			said = append(said, c)
		}
	}
	return said, silent
}

// heading is what goes where, as a person would say it: "Cup and 2 more: Germany".
func (v parcelView) heading() string {
	sent := v.sent()
	if len(sent) == 0 {
		return v.Shipment.Order.Number + ": " + v.country(v.Country)
	}
	thing := sent[0].TextRU
	if v.Lang == i18n.EN || thing == "" {
		thing = cmp.Or(sent[0].Text, thing)
	}
	if more := len(sent) - 1; more > 0 {
		thing = v.n("dispatch.heading.more", more, "thing", thing)
	}
	return thing + ": " + v.country(v.Country)
}

func (v parcelView) add(ctx context.Context, c *check, f clearance.Finding) {
	outcome := f.Outcome
	if outcome == clearance.Needs && len(standing(clearance.Decision{Findings: []clearance.Finding{f}}, v.Waived)) == 0 {
		outcome, c.Waived = clearance.Pass, true
	}
	if rankOf(outcome) > rankOf(c.Outcome) {
		c.Outcome = outcome
	}
	if why := v.why(f); why != "" && !slices.Contains(c.Why, why) {
		c.Why = append(c.Why, why)
	}
	if b := v.basis(ctx, f); len(b.Rules) > 0 && !slices.ContainsFunc(c.Basis, b.same) {
		c.Basis = append(c.Basis, b)
	}
}

func rankOf(o clearance.Outcome) int {
	return slices.Index([]clearance.Outcome{clearance.Pass, clearance.Needs, clearance.Route, clearance.Refused}, o)
}

// why says in words what a finding comes to.
func (v voice) why(f clearance.Finding) string {
	for _, key := range []string{"dispatch.then." + f.Then, "abroad.why." + f.Then} {
		if i18n.Has(v.Lang, key) {
			return v.t(key)
		}
	}
	if f.Outcome == clearance.Pass {
		return "" // what lets pass needs no words but its basis
	}
	return thenIn(v.Lang, f.Then)
}

func (c check) tag(v voice) ui.Tag {
	switch {
	case c.Waived:
		return ui.Tag{Label: v.t("dispatch.check.waived"), Kind: ui.OK}
	case c.Outcome == clearance.Pass:
		return ui.Tag{Label: v.t("dispatch.check.pass"), Kind: ui.OK}
	case c.Outcome == clearance.Refused:
		return ui.Tag{Label: v.t("dispatch.check.refused"), Kind: ui.Bad}
	}
	return ui.Tag{Label: v.t("dispatch.check.needs"), Kind: ui.Warn}
}

func (c check) icon() (name, kind string) {
	switch c.Outcome {
	case clearance.Pass:
		return "okc", ui.OK
	case clearance.Refused:
		return "alert", ui.Bad
	}
	return "alert", ui.Warn
}

// services is the table of the post's services with the reason each lost.
func (v parcelView) services() ui.Grid {
	g := ui.Grid{Caption: v.t("dispatch.services"), TestID: "services", Head: []ui.Col{{Title: v.t("dispatch.service")},
		{Title: v.t("dispatch.days"), Label: true}, {Title: v.t("dispatch.lost"), Label: true, Wide: true}, {Title: v.t("dispatch.price"), Right: true}}}
	for i, c := range v.Candidates {
		paid := i == 0 && c.Object == v.Object
		name := c.NameRu
		if v.Lang == i18n.EN {
			name = c.NameEn
		}
		g.Rows = append(g.Rows, ui.Row{On: paid, Cells: []ui.Cell{{Text: name, Bold: paid}, ui.Text(v.days(c)), ui.Text(v.lost(c, paid)), ui.Text(v.price(c))}})
	}
	return g
}

func (v voice) days(c postal.Candidate) string {
	switch {
	case c.MaxDays == 0:
		return "–"
	case c.MinDays == c.MaxDays || c.MinDays == 0:
		return v.n("dispatch.days.n", c.MaxDays)
	}
	return strconv.Itoa(c.MinDays) + "–" + v.n("dispatch.days.n", c.MaxDays)
}

func (v voice) price(c postal.Candidate) string {
	if c.Price == 0 {
		return "–"
	}
	return v.sum(c.Price, money.RUB)
}

// lost is why a service was not used.
func (v voice) lost(c postal.Candidate, paid bool) string {
	switch {
	case paid:
		return v.t("dispatch.lost.paid")
	case c.Lost == "":
		return v.t("dispatch.lost.other")
	}
	args := slices.Clone(c.LostArgs)
	for i := 0; i+1 < len(args); i += 2 {
		n, isNumber := args[i+1].(int64)
		switch {
		case isNumber && (args[i] == "more" || c.Lost == postal.LostValue):
			args[i+1] = v.sum(money.Amount(n), money.RUB)
		case isNumber && c.Lost == postal.LostWeight:
			args[i+1] = v.grams(n)
		}
	}
	key := "postal.lost." + c.Lost
	if c.Lost == postal.LostValue && len(args) == 0 {
		key = "postal.lost.uninsurable"
	}
	return v.t(key, args...)
}

// grams writes a weight: up to a kilogram in grams.
func (v voice) grams(n int64) string {
	if n < 1000 {
		return v.t("dispatch.grams", "n", i18n.Number(v.Lang, n))
	}
	text := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(float64(n)/1000, 'f', 3, 64), "0"), ".")
	if v.Lang == i18n.RU {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return v.t("dispatch.kilograms", "n", text)
}

// said reads what an event keeps.
func (e Event) said(into any) {
	if len(e.Facts) > 0 {
		_ = json.Unmarshal(e.Facts, into) // an older shape shows less
	}
}
