package clearance

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Step is one question of the algorithm.
type Step struct {
	Number int
	Name   string // the key of its texts
	// Of the rules that apply to one thing, a line or the parcel as a whole, the lowest in rank decides alone; otherwise
	// all that apply are found, and the hardest prevails.
	First bool
}

// Steps are the questions that are decided from data alone, in their order. The rest of the twenty-eight (sending,
// signing, weighing, following) act on the decision and are not part of it.
var Steps = []Step{
	{1, "destination", false}, {2, "union", false}, {3, "seller", false}, {4, "parties", false}, {5, "persons", false},
	{6, "code", false}, {7, "description", false}, {8, "export", false}, {9, "post", false}, {10, "import", false},
	{11, "culture", true}, {12, "brand", false}, {13, "value", false}, {14, "form", true}, {15, "declaration", true},
	{16, "currency", true},
}

// StepName is the name of a step, as keys of texts have it; "" where rules do not decide.
func StepName(number int) string {
	for _, s := range Steps {
		if s.Number == number {
			return s.Name
		}
	}
	return ""
}

// Finding is what one rule, or the absence of any, says about a step.
type Finding struct {
	Step    int     `json:"step"`
	Line    int     `json:"line"` // 1 and up; 0 is the parcel as a whole
	Outcome Outcome `json:"outcome"`
	Then    string  `json:"then,omitempty"`
	Rule    string  `json:"rule,omitempty"` // "" when no rule applies
	Version int     `json:"version,omitempty"`
	Source  string  `json:"source,omitempty"`
	// The source's English; "" is not translated.
	SourceEN string `json:"source_en,omitempty"`
	Status   Status `json:"status,omitempty"`
	// What a hypothesis would have said, had it been verified.
	Would     Outcome `json:"would,omitempty"`
	WouldThen string  `json:"would_then,omitempty"`
	// Where no rule applies: how many rules of the step were read, and the first of them as "id@version; id@version".
	// Source is then that of the first.
	Read      int    `json:"read,omitempty"`
	Consulted string `json:"consulted,omitempty"`

	rank int
}

// Decision is the record of everything that was found about a parcel on a day.
type Decision struct {
	Parcel   string    `json:"parcel"`
	Day      string    `json:"day"` // 2006-01-02
	Outcome  Outcome   `json:"outcome"`
	Form     string    `json:"form,omitempty"` // what the form step chose: CN22, CN23, none
	Findings []Finding `json:"findings"`
	// Book names the book that decided, by the digest of what it says of silent steps and of sources; "" for a book that
	// no database keeps.
	Book string `json:"book,omitempty"`
}

// Human is what a hypothesis asks for, whatever it would say if it were law.
const Human = "human"

type compiled struct {
	rule *Rule
	when *predicate
}

// Book is all rules in force on one day, read and ready. It is safe for use by many at once.
type Book struct {
	Day   time.Time
	steps [last]shelf
	calm  [last]Finding // what is found on a step when none of its rules applies
	name  string        // the digest it is kept under in the database, "" while it is not
	where []clause      // everything that any rule asks about the country

	sources map[string]bilingual // where each rule is written, by rule@version
}

// last is one past the last step that is decided here; steps count from 1.
const last = 17

// shelf is the rules of a step, by what they can be found by.
type shelf struct {
	any       []compiled
	byCountry map[string][]compiled
	byChapter map[string][]compiled
}

// Open reads the rules that are in force on a day. A rule that cannot be read, or two versions of one rule that are in
// force on the same day, are errors: a book with a hole in it must not decide.
func Open(rules []Rule, tables Tables, day time.Time) (*Book, error) {
	b := &Book{Day: day, sources: map[string]bilingual{}}
	seen := map[string]bool{}
	for i := range rules {
		r := &rules[i]
		if !r.InForce(day) {
			continue
		}
		if r.Step < 1 || r.Step >= last {
			return nil, fmt.Errorf("rule %s: there is no step %d", r.ID, r.Step)
		}
		if seen[r.ID] {
			return nil, fmt.Errorf("rule %s: two versions are in force on %s", r.ID, day.Format(time.DateOnly))
		}
		seen[r.ID] = true
		when, err := parse(r.When, tables)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", r.ID, err)
		}
		b.steps[r.Step].put(compiled{r, when})
		b.where = append(b.where, when.places...)
		b.calm[r.Step].consult(r)
		b.sources[r.ID+"@"+strconv.Itoa(r.Version)] = bilingual{r.Source, r.English.Source}
	}
	return b, nil
}

// quiet is what is found on a step that no rule speaks on.
func (b *Book) quiet(s Step) Finding {
	calm := b.calm[s.Number]
	calm.Step, calm.Outcome = s.Number, Pass
	return calm
}

// named is the rule that spoke, with its version.
func (f Finding) named() string { return f.Rule + "@" + strconv.Itoa(f.Version) }

// consultedNamed bounds how many rules a record names on a step that nothing was said about; the rest are counted.
const consultedNamed = 3

// consult adds a rule to those that were read and did not apply.
func (f *Finding) consult(r *Rule) {
	f.Read++
	if f.Read > consultedNamed {
		return
	}
	if f.Consulted == "" {
		f.Source, f.SourceEN = r.Source, r.English.Source
	} else {
		f.Consulted += "; "
	}
	f.Consulted += r.ID + "@" + strconv.Itoa(r.Version)
}

func (s *shelf) put(c compiled) {
	switch {
	case len(c.when.chapters) > 0:
		s.byChapter = file(s.byChapter, c.when.chapters, c)
	case len(c.when.countries) > 0:
		s.byCountry = file(s.byCountry, c.when.countries, c)
	default:
		s.any = append(s.any, c)
	}
}

func file(drawers map[string][]compiled, keys []string, c compiled) map[string][]compiled {
	if drawers == nil {
		drawers = map[string][]compiled{}
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(slices.Clone(keys)) {
		drawers[key] = append(drawers[key], c)
	}
	return drawers
}

// Decide finds out about every step. It is a pure function of the parcel and the book.
func (b *Book) Decide(p *Parcel) Decision {
	d := Decision{Parcel: p.Number, Day: b.Day.Format(time.DateOnly), Outcome: Pass, Book: b.name}
	whole, lines := about(p, nil, b.Day), make([]*subject, len(p.Lines))
	for i := range p.Lines {
		lines[i] = about(p, &p.Lines[i], b.Day)
	}
	for _, step := range Steps {
		from := len(d.Findings)
		d.Findings = b.find(whole, lines, step, d.Findings)
		found := d.Findings[from:]
		if len(found) == 0 {
			d.Findings = append(d.Findings, b.quiet(step))
			continue
		}
		for _, f := range found {
			d.Outcome = worse(d.Outcome, f.Outcome)
			if step.Name == "form" && f.Outcome == Pass {
				d.Form = f.Then
			}
		}
	}
	return d
}

// find appends what the rules of one step say.
func (b *Book) find(whole *subject, lines []*subject, step Step, found []Finding) []Finding {
	s := &b.steps[step.Number]
	from := len(found)
	for _, list := range [][]compiled{s.any, s.byCountry[whole.Country]} {
		for i := range list {
			found = list[i].apply(whole, lines, found)
		}
	}
	for l, line := range lines {
		if len(line.HS) >= 2 {
			list := s.byChapter[line.HS[:2]]
			for i := range list {
				if list[i].when.holds(line) {
					found = append(found, list[i].finding(l+1))
				}
			}
		}
	}
	if step.First {
		return append(found[:from], first(found[from:])...)
	}
	return found
}

// apply appends what the rule says of the parcel, or of each line that it speaks of.
func (c *compiled) apply(whole *subject, lines []*subject, found []Finding) []Finding {
	if !c.when.ofLine {
		if c.when.holds(whole) {
			found = append(found, c.finding(0))
		}
		return found
	}
	for l, line := range lines {
		if c.when.holds(line) {
			found = append(found, c.finding(l+1))
		}
	}
	return found
}

// first keeps the finding of the lowest rank for each line, in the order of the lines.
func first(found []Finding) []Finding {
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.rank, b.rank), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.CompactFunc(found, func(a, b Finding) bool { return a.Line == b.Line })
}

// finding is what the rule says, softened when it is only a hypothesis.
func (c *compiled) finding(line int) Finding {
	r := c.rule
	f := Finding{Step: r.Step, Line: line, Outcome: r.Outcome, Then: r.Then, Rule: r.ID, Version: r.Version, Source: r.Source, SourceEN: r.English.Source,
		Status: r.Status, rank: r.Rank}
	// A rule that is law itself still only asks for something when its list or figure is a guess.
	if r.Status == Hypothesis || c.when.guess && r.Outcome != Needs {
		f.Would, f.WouldThen, f.Status = r.Outcome, r.Then, Hypothesis
		f.Outcome, f.Then = Needs, Human
	}
	return f
}
