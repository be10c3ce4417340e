package desk

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// itemView is the case in hand.
type itemView struct {
	ID, Title, Under string
	Kind             Kind
	Clock, Risk      ui.Tag
	Href             string // the form's address
	Path             string // the thing's page, "" for none
	Photos           []photo
	Facts            []ui.Pair
	Lines            ui.Grid
	Weight           string // what contradicts the declaration, "" for nothing
	Heavy            bool
	Meter            *contract.MeterView
	Contract         string // the page of the contract
	ContractFile     string // the contract itself, as its seller sent it
	Findings         []findingView
	Questions        []questionView
	Answers          []ui.Pair // of a case that is decided
	Reasons          []ui.Choice
	Papers           []paperView
	Trail            []ui.Event
	Files            []ui.Link
	Sent             []ui.Option // files that lie in the case, to choose the document itself from
	Paper            bool        // a rule asks for the document itself
	Open, Taken      bool        // undecided; another's just now
	Mine             bool        // the lease is the visitor's
	Waiting          bool
	Permit           bool // what is wanted is the Ministry's permit
	Outcome          string
	In               rulingIn
}

// release names what a yes means here: the desk, or a permit.
func (v *itemView) release() string {
	if v.Permit {
		return AsksPermit
	}
	return string(v.Kind)
}

// rulingIn is what was typed into the form.
type rulingIn struct{ Reason, Note, Number, Date, ValidUntil, Authority, Text, Unique, CaseFile string }

type questionView struct {
	Question
	Name, Value, Label, Hint string
	Options                  []ui.Option
}

type findingView struct {
	Icon, Kind, Title, Tag, Note string
	Rule                         ui.Link // the rule that says so; none where no rule spoke
}

type paperView struct {
	Pairs []ui.Pair
	File  string
	More  string
}

// item gathers what a page shows of one case.
func (h *Handlers) item(r *http.Request, c Case, f *form.Form) (*itemView, error) {
	ctx, now, lang := r.Context(), h.Desks.Now(), i18n.LangOf(r.Context())
	facts, err := c.facts()
	if err != nil {
		return nil, err
	}
	me := actor(r).PersonID
	shops, err := h.Shops(ctx, []int64{c.SellerID})
	if err != nil {
		return nil, err
	}
	v := &itemView{ID: idText(c.ID), Title: c.TitleIn(lang), Kind: c.Kind, Clock: c.clock(ctx, now), Risk: riskTag(ctx, c.Risk), Path: facts.Path,
		Href: web.Path(ctx, casePath(c.Kind, c.ID)), Facts: factPairs(ctx, c, facts), Lines: lineGrid(ctx, facts),
		Open: c.State != Done, Taken: c.Held(me, now), Waiting: c.State == WaitingSeller, Permit: facts.Asks == AsksPermit, Paper: facts.Asks == AsksPermit || c.asksDocument(),
		Mine: c.State == Taken && c.OfficerID == me}
	v.Under = t(ctx, "case.n", "n", idText(c.ID)) + " · " + t(ctx, "subject."+c.Subject) + " · " + shops[c.SellerID] + " · " + i18n.DateTime(lang, c.OpenedAt, now)
	if c.State == Done {
		v.Outcome = outcomeText(ctx, c)
	}
	v.Weight, v.Heavy = weightText(ctx, facts)
	if v.Photos, err = h.photos(ctx, c, facts); err != nil {
		return nil, err
	}
	for _, found := range c.Findings {
		if found.Outcome != clearance.Pass {
			v.Findings = append(v.Findings, printFinding(ctx, found))
		}
	}
	if err := h.fill(ctx, v, c, facts, f); err != nil {
		return nil, err
	}
	return v, h.past(ctx, v, c, now)
}

// fill adds what a desk asks for: its questionnaire, its reasons, its meter, and what was typed.
func (h *Handlers) fill(ctx context.Context, v *itemView, c Case, facts Facts, f *form.Form) error {
	reasons, err := h.Desks.Reasons(ctx, c.Kind, h.Desks.Now())
	if err != nil {
		return err
	}
	for _, code := range reasons {
		v.Reasons = append(v.Reasons, ui.Choice{Value: code, Label: reasonText(ctx, c.Kind, code)})
	}
	v.In.Date = dayOf(h.Desks.Now()).Format(time.DateOnly)
	if facts.Contract != nil {
		v.In.Number = facts.Contract.Number
		if err = h.meter(ctx, v, c, facts.Contract); err != nil {
			return err
		}
	}
	answers, err := c.answers()
	if err != nil {
		return err
	}
	if f != nil {
		v.In = rulingIn{Reason: f.Raw("reason"), Note: f.Raw("note"), Number: f.Raw("number"), Date: f.Raw("date"), ValidUntil: f.Raw("valid_until"),
			Authority: f.Raw("authority"), Text: f.Raw("text"), Unique: f.Raw("unique_number"), CaseFile: f.Raw("case_file")}
		answers = answersIn(f)
	}
	switch {
	case c.State != Done && facts.Asks != AsksPermit:
		v.Questions = printQuestions(ctx, c.questions(facts), facts, answers)
	case c.State == Done:
		v.Answers = printAnswers(ctx, c.questions(facts), answers)
	}
	return nil
}

func printAnswers(ctx context.Context, questions []Question, answers map[string]string) (list []ui.Pair) {
	lang := i18n.LangOf(ctx)
	for _, q := range questions {
		if a := answers[q.Key]; a != "" {
			list = append(list, ui.Pair{Key: q.Text.In(lang), Value: q.Say(lang, a)})
		}
	}
	return list
}

func printQuestions(ctx context.Context, questions []Question, facts Facts, answers map[string]string) []questionView {
	lang := i18n.LangOf(ctx)
	var list []questionView
	for _, q := range questions {
		v := questionView{Question: q, Name: "q." + q.Key, Label: q.Text.In(lang), Hint: q.Hint.In(lang), Value: answers[q.Key]}
		if _, said := answers[q.Key]; !said {
			v.Value = q.from(facts)
		}
		if q.Required {
			v.Label += t(ctx, "question.required")
		}
		v.Options = []ui.Option{{Label: t(ctx, "question.choose")}}
		for _, o := range q.Options {
			v.Options = append(v.Options, ui.Option{Value: o.Value, Label: o.Text.In(lang)})
		}
		if q.Answer == "yesno" {
			v.Options = append(v.Options, ui.Option{Value: "yes", Label: t(ctx, "answer.yes")}, ui.Option{Value: "no", Label: t(ctx, "answer.no")})
		}
		list = append(list, v)
	}
	return list
}

// past adds the trail, the papers and the files of a case.
func (h *Handlers) past(ctx context.Context, v *itemView, c Case, now time.Time) error {
	trail, err := listEvents(ctx, h.Desks.DB, c.ID)
	if err != nil {
		return err
	}
	for _, e := range trail {
		v.Trail = append(v.Trail, printEvent(ctx, c.Kind, e, now))
		if e.FileID != 0 && e.Actor == bySeller {
			label := t(ctx, "file.seller", "name", e.File, "at", i18n.DateTime(i18n.LangOf(ctx), e.At, now))
			v.Files = append(v.Files, ui.Link{Label: label, Href: v.Href + "/files/" + idText(e.FileID)})
			v.Sent = append(v.Sent, ui.Option{Value: idText(e.FileID), Label: label})
		}
	}
	if len(v.Sent) > 0 {
		v.Sent = append([]ui.Option{{Label: t(ctx, "file.none")}}, v.Sent...)
	}
	papers, err := listPapers(ctx, h.Desks.DB, c.ID)
	if err != nil {
		return err
	}
	for _, p := range papers {
		v.Papers = append(v.Papers, printPaper(ctx, p, func(id int64) string { return v.Href + "/files/" + idText(id) }))
	}
	return nil
}

func printPaper(ctx context.Context, d Document, at func(int64) string) paperView {
	lang := i18n.LangOf(ctx)
	day := func(when time.Time) string { return i18n.Date(lang, when, time.Time{}) }
	v := paperView{Pairs: []ui.Pair{{Key: t(ctx, "paper.what"), Value: t(ctx, "paper.kind."+d.Kind)}, {Key: t(ctx, "paper.number"), Value: d.Number},
		{Key: t(ctx, "paper.date"), Value: day(d.Date)}, {Key: t(ctx, "paper.authority"), Value: d.Authority},
		{Key: t(ctx, "paper.conclusion"), Value: t(ctx, "outcome."+d.Outcome)}}}
	if d.ValidUntil != nil {
		v.Pairs = append(v.Pairs, ui.Pair{Key: t(ctx, "paper.valid_until"), Value: day(*d.ValidUntil)})
	}
	if d.FileID != 0 {
		v.File = at(d.FileID)
	}
	if d.AttachedID != 0 {
		v.More = at(d.AttachedID)
	}
	return v
}

func printEvent(ctx context.Context, k Kind, e Event, now time.Time) ui.Event {
	who := e.Name
	if who == "" {
		who = t(ctx, "actor."+e.Actor)
	}
	if e.ByKey {
		who += ", API"
	}
	v := ui.Event{Label: t(ctx, "act."+e.Act), Note: i18n.DateTime(i18n.LangOf(ctx), e.At, now) + " · " + who, State: ui.Done}
	if e.Act == Refuse {
		v.State = ui.Fail
	}
	if e.Reason != "" {
		v.Label += ": " + reasonText(ctx, k, e.Reason)
	}
	if e.Note != "" {
		v.Note += ": " + e.Note
	}
	return v
}

func outcomeText(ctx context.Context, c Case) string {
	text := t(ctx, "verdict."+c.Verdict)
	if c.Reason != "" {
		text += ": " + reasonText(ctx, c.Kind, c.Reason)
	}
	if c.DecidedAt != nil {
		text += ", " + i18n.DateTime(i18n.LangOf(ctx), *c.DecidedAt, time.Time{})
	}
	return text
}

// reasonText says a code of a dated list; a code that came after this program is shown as it is.
func reasonText(ctx context.Context, k Kind, code string) string {
	key := "export.desk.reason." + string(k) + "." + code
	if !i18n.Has(i18n.LangOf(ctx), key) {
		return code
	}
	return i18n.T(ctx, key)
}

func printFinding(ctx context.Context, f clearance.Finding) findingView {
	v := findingView{Icon: "alert", Kind: ui.Warn, Title: stepText(ctx, f.Step), Tag: t(ctx, "finding."+string(f.Outcome))}
	if f.Rule != "" {
		v.Rule = ui.Link{Label: t(ctx, "finding.rule", "says", clearance.Says(ctx, &clearance.Rule{Outcome: f.Outcome, Then: f.Then}), "version", f.Version),
			Href: web.Path(ctx, "/export/rules/"+f.Rule)}
	}
	if f.Outcome == clearance.Refused {
		v.Icon, v.Kind = "error", ui.Bad
	}
	if f.Line > 0 {
		v.Title += " · " + t(ctx, "finding.line", "n", f.Line)
	}
	if f.Then != "" {
		v.Note = joined(thenText(ctx, f))
	}
	v.Note += joined(f.SourceIn(i18n.LangOf(ctx)))
	if f.Status == clearance.Hypothesis {
		v.Note += joined(t(ctx, "finding.hypothesis"))
	}
	v.Note = trimDot(v.Note)
	return v
}

// Steps of the algorithm that act on a decision, where no rule speaks: the post's scale and the customs service.
const (
	stepWeighing = 22
	stepBorder   = 24
)

func stepText(ctx context.Context, step int) string {
	switch step {
	case stepWeighing:
		return t(ctx, "step.weighing")
	case stepBorder:
		return t(ctx, "step.border")
	}
	return clearance.StepWords(ctx, step)
}

// thenText says what a rule asks for; what no rule said is the customs service's wish, or the scale's.
func thenText(ctx context.Context, f clearance.Finding) string {
	switch {
	case f.Then == Inspection:
		return t(ctx, "then.inspection")
	case f.Then == "weight" && f.Rule == "":
		return t(ctx, "then.weight")
	}
	return i18n.Capital(clearance.ThenWords(ctx, f.Then))
}

func joined(text string) string {
	if text == "" {
		return ""
	}
	return " · " + text
}

func grams(ctx context.Context, g int64) string {
	return t(ctx, "grams", "n", i18n.Number(i18n.LangOf(ctx), g))
}

// weightText says how the scale contradicts the declaration; heavy is a contradiction that packing does not explain.
func weightText(ctx context.Context, f Facts) (text string, heavy bool) {
	diff, outweighed := f.contradiction()
	switch {
	case outweighed:
		return t(ctx, "weight.outweighed", "net", grams(ctx, f.netGrams()), "weighed", grams(ctx, f.WeighedGrams)), true
	case diff > 0:
		return t(ctx, "weight.more", "diff", grams(ctx, diff)), false
	case diff < 0:
		return t(ctx, "weight.less", "diff", grams(ctx, -diff)), false
	}
	return "", false
}

func factPairs(ctx context.Context, c Case, f Facts) []ui.Pair {
	lang := i18n.LangOf(ctx)
	var list []ui.Pair
	add := func(key, value string) {
		if value != "" {
			list = append(list, ui.Pair{Key: t(ctx, "fact."+key), Value: value})
		}
	}
	if c.Subject == Parcel { // other numbers are ours, and say nothing
		add("subject", c.SubjectNumber)
	}
	add("country", destination.NameOf(lang, c.Country))
	if f.Number != c.SubjectNumber {
		add("number", f.Number)
	}
	add("form", formText(ctx, f.Form))
	add("service", serviceText(ctx, f.Service))
	add("from", f.From)
	if c.Subject != Contract && f.To != c.Country {
		add("to", strings.TrimPrefix(f.To, c.Country+", ")) // the country stands above
	}
	if f.Value != 0 && f.Currency != "" {
		add("value", money.Format(lang, f.Value, f.Currency))
	}
	if f.ValueRUB != 0 && f.Currency != money.RUB {
		add("value_rub", money.Format(lang, f.ValueRUB, money.RUB))
	}
	if f.DeclaredGrams != 0 {
		add("declared", grams(ctx, f.DeclaredGrams))
	}
	if f.WeighedGrams != 0 {
		add("weighed", grams(ctx, f.WeighedGrams))
	}
	if f.Contract != nil {
		add("contract", f.Contract.Number)
		add("counterparty", contract.PartyIn(lang, f.Contract.Counterparty))
	}
	return list
}

// formText names a postal form; one that came after this program is shown as it is.
func formText(ctx context.Context, form string) string {
	switch form {
	case "CN22", "CN23", "none":
		return t(ctx, "form."+form)
	}
	return form
}

// serviceText names a service of the post; one that came after this program is shown as it is.
func serviceText(ctx context.Context, service string) string {
	switch service {
	case "letter", "small_packet", "parcel", "ems":
		return t(ctx, "service."+service)
	}
	return service
}

// lineGrid is the declaration's table of things.
func lineGrid(ctx context.Context, f Facts) ui.Grid {
	lang := i18n.LangOf(ctx)
	g := ui.Grid{Caption: t(ctx, "lines"), TestID: "lines", Head: []ui.Col{{Title: t(ctx, "line.what"), Wide: true}, {Title: t(ctx, "line.hs"), Label: true},
		{Title: t(ctx, "line.origin"), Label: true}, {Title: t(ctx, "line.qty"), Right: true, Label: true}, {Title: t(ctx, "line.net"), Right: true, Label: true},
		{Title: t(ctx, "line.value"), Right: true, Label: true}}}
	for _, l := range f.Lines {
		under := ""
		for _, part := range []string{l.Author, l.Technique, l.Material} {
			if part != "" {
				under += " · " + part
			}
		}
		if l.YearMade != 0 {
			under = " · " + strconv.Itoa(l.YearMade) + under
		}
		text := l.Text
		if l.TextRU != "" && l.TextRU != text {
			text += " / " + l.TextRU
		}
		value := ""
		if f.Currency != "" {
			value = money.Format(lang, l.Value, f.Currency)
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: text, Under: trimDot(under)}, {Text: hs.Code(l.HS).String()}, {Text: destination.NameOf(lang, l.Origin)},
			{Text: strconv.Itoa(l.Quantity)}, {Text: grams(ctx, l.NetGrams)}, {Text: value}}})
	}
	if f.Currency == "" { // a listing is not sold yet: it has no price paid
		g.Head = g.Head[:len(g.Head)-1]
		for i := range g.Rows {
			g.Rows[i].Cells = g.Rows[i].Cells[:len(g.Head)]
		}
	}
	return g
}

func trimDot(s string) string {
	const dot = " · "
	if len(s) > len(dot) {
		return s[len(dot):]
	}
	return s
}
