package calculator

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func t(ctx context.Context, key string, args ...any) string {
	return i18n.T(ctx, "calculator."+key, args...)
}

// formView is the question as it was typed.
type formView struct {
	f          *form.Form
	Countries  []ui.Option
	Currencies []ui.Option
	Errs       ui.Errs
	Away       string // who does not answer just now
}

// asked says that the form was sent, be it empty.
func (v formView) asked() bool {
	return slices.ContainsFunc([]string{"thing", "country", "weight", "price"}, func(name string) bool { return len(v.f.All(name)) > 0 })
}

func (v formView) text(name string) string { return v.f.Text(name) }

func (v formView) currency() string {
	if c := v.f.Raw("currency"); c != "" {
		return c
	}
	return string(money.RUB)
}

func countries(ctx context.Context) []ui.Option {
	list := []ui.Option{{Value: "", Label: t(ctx, "choose_country")}}
	lang := i18n.LangOf(ctx)
	for _, c := range destination.Countries(lang) {
		if c.Code != destination.Home {
			list = append(list, ui.Option{Value: c.Code, Label: c.Name(lang)})
		}
	}
	return list
}

func currencies() []ui.Option {
	list := []ui.Option{{Value: string(money.RUB), Label: string(money.RUB)}}
	for _, c := range destination.Currencies {
		list = append(list, ui.Option{Value: string(c), Label: string(c)})
	}
	return list
}

// answerView is the answer in words.
type answerView struct {
	Verdict  string // the headline
	Kind     string // colour of it
	Icon     string
	Lead     string
	Question string      // the thing, the weight and the price in a line
	Figures  []ui.Figure // the answer in three
	Asked    []checkView // what is needed, refused or sent another way
	Facts    []ui.Pair
	Code     string // 6302.60
	CodeText string
	CodeNote string
	CodeAsk  string // what is asked when the code is a guess
	Others   []ui.Link
	Services ui.Grid
	ServedBy string // when and by whom prices were said
	Costs    []ui.Pair
	CostNote string
	CostRows []rowView
	Steps    []checkView  // those on which a rule spoke
	Silent   []silentView // those on which none did
	Count    string       // how many those are
	Made     bool         // prices are of the stand-in
}

// silentView is a step that no rule speaks on, with the rules that were read for it.
type silentView struct {
	Step, Read string
	Rules      []ui.Link // some of them
}

// checkView is one finding with its rule.
type checkView struct {
	Step, Text, Badge, Kind, Icon string
	Rule                          *rowView
}

// rowView is a rule or a figure as a source: its name, where it is written, since when, how sure.
type rowView struct {
	Name, Href, Source, Checked string
	Guess                       bool
}

func printAnswer(ctx context.Context, ans Answer, asked url.Values) *answerView {
	lang := i18n.LangOf(ctx)
	place := destination.NameOf(lang, ans.Country)
	v := &answerView{Code: ans.Code.Code.String(), CodeText: ans.Code.Text}
	v.Verdict, v.Kind, v.Icon, v.Lead = verdict(ctx, ans, destination.NameIn(lang, ans.Country))
	v.Question = i18n.Capital(ans.Thing) + ", " + t(ctx, "grams", "n", ans.Grams) + ", " + money.Format(lang, ans.Price, ans.Currency) + "."
	v.steps(ctx, ans)
	v.Facts = facts(ctx, ans, place)
	switch {
	case ans.Sure:
	case ans.Code.Confidence < hs.Threshold(ans.Tables):
		v.CodeAsk = t(ctx, "code_ask", "percent", ans.Code.Confidence)
	default:
		v.CodeNote = t(ctx, "code_guess", "percent", ans.Code.Confidence)
	}
	for _, o := range ans.Others {
		v.Others = append(v.Others, ui.Link{Label: o.Code.String() + ", " + hs.Plain(o.Text, 70), Href: web.Path(ctx, "/export?"+with(asked, "hs", string(o.Code)))})
	}
	if o := ans.Outcome(); o == clearance.Pass || o == clearance.Needs || ans.Decision.Outcome == clearance.Pass {
		v.Services = services(ctx, ans.Candidates)
		v.costs(ctx, ans)
		v.Figures = figures(ctx, ans)
	}
	v.Made = len(v.Services.Rows) > 0 && slices.ContainsFunc(ans.Candidates, func(c postal.Candidate) bool { return c.Demonstration })
	return v
}

// steps sorts the findings: what is asked for, on which steps a rule spoke, and on which none did.
func (v *answerView) steps(ctx context.Context, ans Answer) {
	for _, f := range ans.Decision.Findings {
		if f.Rule == "" {
			v.Silent = append(v.Silent, silent(ctx, ans, f))
			continue
		}
		c := check(ctx, ans, f)
		v.Steps = append(v.Steps, c)
		if f.Outcome != clearance.Pass {
			v.Asked = append(v.Asked, c)
		}
	}
	v.Count = i18n.N(ctx, "calculator.silent", int64(len(v.Silent)))
}

// silent says which rules were read on a step that none of them spoke on.
func silent(ctx context.Context, ans Answer, f clearance.Finding) silentView {
	v := silentView{Step: clearance.StepWords(ctx, f.Step), Read: i18n.N(ctx, "calculator.read", int64(f.Read))}
	for _, id := range f.ConsultedIDs() {
		rule, ok := ans.Rules[id]
		if !ok {
			continue
		}
		says := clearance.Says(ctx, &rule)
		if !slices.ContainsFunc(v.Rules, func(l ui.Link) bool { return l.Label == says }) { // once, of several that ask for the same
			v.Rules = append(v.Rules, ui.Link{Label: says, Href: web.Path(ctx, rulesPath+"/"+id)})
		}
	}
	return v
}

// with is the same question with one answer more.
func with(asked url.Values, name, value string) string {
	q := url.Values{}
	for key, values := range asked {
		q[key] = values
	}
	q.Set(name, value)
	return q.Encode()
}

// verdict is the answer in a line.
func verdict(ctx context.Context, ans Answer, place string) (title, kind, icon, lead string) {
	switch ans.Outcome() {
	case clearance.Pass:
		return t(ctx, "yes", "place", place), ui.OK, "okc", t(ctx, "yes_lead")
	case clearance.Needs:
		if onlyHuman(ans.Decision) {
			return t(ctx, "human", "place", place), ui.Warn, "user", t(ctx, "human_lead")
		}
		return t(ctx, "needs", "place", place), ui.Warn, "alert", t(ctx, "needs_lead")
	case clearance.Route:
		return t(ctx, "route", "place", place), ui.Warn, "alert", t(ctx, "route_lead")
	}
	if ans.Decision.Outcome == clearance.Pass {
		return t(ctx, "no_service", "place", place), ui.Bad, "error", t(ctx, "no_service_lead")
	}
	return t(ctx, "no", "place", place), ui.Bad, "error", t(ctx, "no_lead")
}

func onlyHuman(d clearance.Decision) bool {
	return !slices.ContainsFunc(d.Findings, func(f clearance.Finding) bool { return f.Outcome != clearance.Pass && f.Then != clearance.Human })
}

func check(ctx context.Context, ans Answer, f clearance.Finding) checkView {
	c := checkView{Step: clearance.StepWords(ctx, f.Step), Kind: ui.OK, Icon: "okc", Badge: t(ctx, "passed")}
	switch f.Outcome {
	case clearance.Needs:
		c.Kind, c.Icon, c.Badge = ui.Warn, "alert", t(ctx, "needs_badge")
	case clearance.Route:
		c.Kind, c.Icon, c.Badge = ui.Warn, "alert", t(ctx, "route_badge")
	case clearance.Refused:
		c.Kind, c.Icon, c.Badge = ui.Bad, "error", t(ctx, "refused_badge")
	case clearance.Pass:
	}
	switch {
	case f.Would != "" && f.Then == clearance.Human:
		c.Text = t(ctx, "would", "what", clearance.ThenWords(ctx, f.WouldThen))
	case f.Then != "":
		c.Text = i18n.Capital(clearance.ThenWords(ctx, f.Then)) + "."
	}
	if rule, ok := ans.Rules[f.Rule]; ok {
		c.Rule = &rowView{Name: t(ctx, "rule_of", "step", clearance.StepWords(ctx, f.Step), "version", f.Version), Href: web.Path(ctx, "/export/rules/"+rule.ID), Source: rule.SourceIn(i18n.LangOf(ctx)),
			Checked: day(ctx, rule.Checked), Guess: f.Status == clearance.Hypothesis}
	}
	return c
}

func facts(ctx context.Context, ans Answer, place string) []ui.Pair {
	lang := i18n.LangOf(ctx)
	size := ans.size()
	measures := strconv.FormatInt(size[0]/10, 10) + " × " + strconv.FormatInt(size[1]/10, 10) + " × " + strconv.FormatInt(size[2]/10, 10)
	if ans.Assumed() {
		measures = t(ctx, "size_assumed", "size", measures)
	} else {
		measures = t(ctx, "size_cm", "size", measures)
	}
	list := []ui.Pair{{Key: t(ctx, "country"), Value: place}, {Key: t(ctx, "weight"), Value: t(ctx, "grams", "n", ans.Grams)}, {Key: t(ctx, "size"), Value: measures},
		{Key: t(ctx, "price"), Value: money.Format(lang, ans.Price, ans.Currency)}}
	if rate := rateText(lang, ans); rate != "" {
		list = append(list, ui.Pair{Key: t(ctx, "rate"), Value: rate})
	}
	return list
}

// rateText is the rate that was reckoned with, its day and, when a newer one is late, its age; "" for a price in roubles
// while the rates are fresh. Of a price in roubles the euro is told: duties and limits are in it.
func rateText(lang i18n.Lang, ans Answer) string {
	c := ans.Currency
	if c == money.RUB {
		c = "EUR"
	}
	r, ok := ans.Rates.Rates[c]
	e := destination.Exchange{Currency: c, Day: ans.Rates.Day, AgeDays: ans.Rates.AgeDays(ans.Day), Value: r.Value, Nominal: r.Nominal}
	age := destination.AgeText(lang, e)
	if !ok || c != ans.Currency && age == "" {
		return ""
	}
	return strings.TrimSpace(e.Rate(lang) + ", " + i18n.Date(lang, e.Day, ans.Day) + ". " + age)
}

// figures are the answer in three: what it costs to the door, how long it takes, under which form.
func figures(ctx context.Context, ans Answer) []ui.Figure {
	c, ok := ans.Chosen()
	if !ok {
		return nil
	}
	list := []ui.Figure{{Label: ans.wholeWords(ctx), Value: money.Format(i18n.LangOf(ctx), ans.toDoor(c.Price), money.RUB)}}
	if c.MaxDays > 0 {
		list = append(list, ui.Figure{Label: t(ctx, "days"), Value: daysText(ctx, c)})
	}
	if form := ans.Decision.Form; form != "" {
		list = append(list, ui.Figure{Label: t(ctx, "form"), Value: i18n.Capital(clearance.ThenWords(ctx, form))})
	}
	return list
}

// toDoor is everything that the buyer pays in the end, as far as it is known.
func (ans Answer) toDoor(postage money.Amount) money.Amount {
	return ans.ValueRUB + postage + ans.Duty + ans.Tax
}

func daysText(ctx context.Context, c postal.Candidate) string {
	switch {
	case c.MaxDays == 0:
		return "—"
	case c.MinDays == 0 || c.MinDays == c.MaxDays:
		return i18n.N(ctx, "calculator.n_days", int64(c.MaxDays))
	}
	return strconv.Itoa(c.MinDays) + "–" + i18n.N(ctx, "calculator.n_days", int64(c.MaxDays))
}

func services(ctx context.Context, list []postal.Candidate) ui.Grid {
	lang := i18n.LangOf(ctx)
	g := ui.Grid{Caption: t(ctx, "services"), TestID: "services", Head: []ui.Col{{Title: t(ctx, "service")}, {Title: t(ctx, "postage"), Right: true, Label: true},
		{Title: t(ctx, "days"), Label: true}, {Title: t(ctx, "why"), Wide: true}}}
	for i, c := range list {
		name := c.NameRu
		if lang == i18n.EN {
			name = c.NameEn
		}
		price := "—"
		if c.Price > 0 {
			price = money.Format(lang, c.Price, money.RUB)
		}
		why := c.Why(lang)
		if c.Lost == abroad.LostRule {
			why = t(ctx, "lost_rule")
		}
		if i == 0 && c.Fits() {
			why = t(ctx, "cheapest")
		}
		g.Rows = append(g.Rows, ui.Row{On: i == 0 && c.Fits(), TestID: "service", Cells: []ui.Cell{{Text: name, Bold: i == 0 && c.Fits()}, {Text: price}, {Text: daysText(ctx, c)}, {Text: why}}})
	}
	return g
}
