// Package casebook runs the tables by which a lawyer tests the rules of export with no programmer: a row is the facts of a
// parcel, of a thing or a number of the post, and the verdict that the law gives. It knows three layouts by their columns,
// reads words and figures as people write them, and says which verdicts rest on a hypothesis. It owns no rules: they are
// clearance's.
package casebook

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
)

// Case is one row of a table that a lawyer wrote: facts, and what should come out.
type Case struct {
	ID      string
	Want    string
	Got     string
	Because string // the rules that decided
	Guess   bool   // it rests on a hypothesis
}

// Holds says whether the rules in force say what the table says.
func (c Case) Holds() bool { return c.Want == c.Got }

// table knows one layout of cases by the columns it has.
type table struct {
	columns []string
	judge   func(*books, map[string]string, time.Time) (Case, error)
}

// books are those of the days that rows ask about, each opened once.
type books struct {
	lib  *clearance.Library
	open map[time.Time]*clearance.Book
}

func (b *books) on(day time.Time) (*clearance.Book, error) {
	y, m, d := day.Date() // rules are dated by days
	day = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if book, ok := b.open[day]; ok {
		return book, nil
	}
	book, err := b.lib.On(day)
	b.open[day] = book
	return book, err
}

var tables = []table{
	{[]string{"service", "gross_g", "value_sdr", "expected_form"}, judgeForm},
	{[]string{"hs6", "year_made", "as_of", "expected"}, judgeCulture},
	{[]string{"identifier", "valid"}, judgeS10},
}

// Run judges a table of cases, in one of the three layouts known, against the rules in force on a day. A row that names
// its own day is judged on that.
func Run(lib *clearance.Library, r io.Reader, day time.Time) ([]Case, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord = -1
	head, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("the table has no heading: %w", err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	at := slices.IndexFunc(tables, func(t table) bool {
		return !slices.ContainsFunc(t.columns, func(c string) bool { return !slices.Contains(head, c) })
	})
	if at < 0 {
		return nil, fmt.Errorf("columns %s belong to no known table", strings.Join(head, ", "))
	}
	var cases []Case
	opened := &books{lib: lib, open: map[time.Time]*clearance.Book{}}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return cases, nil
		}
		if err != nil {
			return nil, err
		}
		if len(row) != len(head) {
			line, _ := rows.FieldPos(0)
			return nil, fmt.Errorf("line %d has %d columns, the heading has %d", line, len(row), len(head))
		}
		facts := map[string]string{}
		for i, name := range head {
			facts[name] = strings.TrimSpace(row[i])
		}
		c, err := tables[at].judge(opened, facts, day)
		if err != nil { // the other rows are judged all the same
			line, _ := rows.FieldPos(0)
			c.Got, c.Because = "UNREADABLE", fmt.Sprintf("line %d: %v", line, err)
		}
		cases = append(cases, c)
	}
}

// verdicts are the words that the tables have for what is found.
var verdicts = map[string]string{
	"pass/CN22": "CN22", "pass/CN23": "CN23", "pass/none": "NONE", "pass/none_customs": "NONE_CUSTOMS",
	"route/parcel": "REFUSE_SERVICE", "needs/country_weight": "CHECK_COUNTRY", "needs/value": "INVALID", "needs/weight": "INVALID",
	"pass/": "PASS", "pass/statement": "PASS_WITH_STATEMENT", "needs/expert_opinion": "NEEDS_EXPERT_OPINION",
	"needs/expert_and_permit": "NEEDS_EXPERT_AND_PERMIT", "needs/year": "NEEDS_DATA", "needs/hs": "NEEDS_DATA",
	"needs/culture_permit": "NEEDS_EXPERT_AND_PERMIT", "route/courier": "NEEDS_EXPERT_AND_PERMIT", "refused/by_post": "REFUSED_BY_POST",
	"refused/archaeology": "REFUSED", "refused/fund": "REFUSED",
}

// verdict puts a finding into the tables' words: what the rule says, also where it is a hypothesis that would be asked about.
func (c *Case) verdict(f clearance.Finding) {
	outcome, then := cmp.Or(f.Would, f.Outcome), f.Then
	if f.Would != "" {
		then = f.WouldThen
	}
	c.Got, c.Because, c.Guess = verdicts[string(outcome)+"/"+then], f.Rule, f.Status == clearance.Hypothesis
	if c.Got == "" {
		c.Got = string(outcome) + "/" + then
	}
}

// find gives what the book of a day finds about one step.
func (b *books) find(p *clearance.Parcel, step int, day time.Time) (clearance.Finding, error) {
	book, err := b.on(day)
	if err != nil {
		return clearance.Finding{}, err
	}
	found := book.Decide(p).Findings
	at := slices.IndexFunc(found, func(f clearance.Finding) bool { return f.Step == step })
	return found[at], nil // every step has a finding
}

// services are the words that tables have for services of the post, where they are not the rules' own.
var services = map[string]string{"packet": "small_packet", "postal_parcel": "parcel", "parcel_post": "parcel", "letter_post": "letter",
	"printed": "printed_matter", "banderol": "printed_matter", "mbag": "m_bag"}

// aside are words that say how a service carries, or what, and not which it is.
var aside = []string{"registered", "ordinary", "simple", "tracked", "declared", "value", "insured", "goods", "documents"}

// knownServices are the services that rules of forms speak of.
var knownServices = []string{"letter", "small_packet", "printed_matter", "m_bag", "parcel", "ems"}

// serviceOf reads a service of a table: a mistyped one must not read as one that carries no form.
func serviceOf(text string) (string, error) {
	parts := slices.DeleteFunc(strings.Split(code(text), "_"), func(part string) bool { return slices.Contains(aside, part) })
	name := strings.Join(parts, "_")
	if short, ok := strings.CutPrefix(name, "letter_post_"); ok {
		name = short
	}
	if name = cmp.Or(services[name], name); slices.Contains(knownServices, name) {
		return name, nil
	}
	return "", fmt.Errorf("service: %q is no service: write %s, or %s", text, strings.Join(knownServices, ", "),
		strings.Join(slices.Sorted(maps.Keys(services)), ", "))
}

// knownContents are what an item may hold; correspondence and documents carry no form, the rest are goods to it.
var knownContents = []string{"", "goods", "documents", "document", "correspondence", "letter", "letters", "gift", "gifts", "sample", "samples",
	"commercial_sample", "returned", "returned_goods", "returns", "sale", "sale_of_goods", "merchandise", "mixed", "other", "printed_matter", "books"}

// contentsOf reads what an item holds: a mistyped word must not read as goods.
func contentsOf(text string) (string, error) {
	if name := code(text); slices.Contains(knownContents, name) {
		return name, nil
	}
	return "", fmt.Errorf("contents: %q is none of %s", text, strings.Join(knownContents[1:], ", "))
}

// code is a word of a table as rules have it: "Small Packet" is small_packet, and so is small-packet.
func code(text string) string {
	return strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(text)))
}

// ticked reads a box of a table.
func ticked(text string) bool {
	return slices.Contains([]string{"1", "yes", "true", "x", "да"}, code(text))
}

// figure is a number of a table as people write it: 1 000,50 is 1000.50. None at all is zero.
func figure(text string) string {
	return cmp.Or(strings.NewReplacer(",", ".", " ", "", "\u00a0", "", "\u202f", "").Replace(text), "0")
}

func judgeForm(b *books, f map[string]string, day time.Time) (Case, error) {
	c := Case{ID: f["id"], Want: f["expected_form"]}
	grams, err := strconv.ParseInt(figure(f["gross_g"]), 10, 64)
	if err != nil {
		return c, fmt.Errorf("gross_g: %q is not a whole number of grams", f["gross_g"])
	}
	sdr, err := clearance.Scaled(figure(f["value_sdr"]), 4)
	if err != nil {
		return c, fmt.Errorf("value_sdr: %w", err)
	}
	service, err := serviceOf(f["service"])
	if err != nil {
		return c, err
	}
	contents, err := contentsOf(f["contents"])
	if err != nil {
		return c, err
	}
	p := &clearance.Parcel{Service: service, Contents: contents, SellerKind: code(f["seller"]), GrossGrams: grams,
		ValueSDR: sdr, Insured: ticked(f["insured"]), WantsVAT0: ticked(f["wants_vat0"]), Country: "DE"}
	if ticked(f["dest_eaeu"]) {
		p.Country = "KZ"
	}
	if ticked(f["dest_forces_cn23"]) {
		p.Destination = []string{"forces_cn23"}
	}
	found, err := b.find(p, 14, day)
	if err == nil {
		c.verdict(found)
	}
	return c, err
}

func judgeCulture(b *books, f map[string]string, day time.Time) (Case, error) {
	c := Case{ID: f["id"], Want: f["expected"]}
	l := clearance.Line{HS: digitsOf(f["hs6"]), Sure: true, Text: f["item"], TextRU: f["item"], ByAuthor: ticked(f["author_is_sender"]),
		Collection: f["source_collection"], Quantity: 1}
	var err error
	if l.YearMade, err = yearOf(f["year_made"]); err != nil {
		return c, fmt.Errorf("year_made: %w", err)
	}
	if day, err = asOf(f["as_of"], day); err != nil {
		return c, fmt.Errorf("as_of: %w", err)
	}
	p := &clearance.Parcel{Lines: []clearance.Line{l}}
	found, err := b.find(p, cultureStep, day)
	if err != nil {
		return c, err
	}
	if found.Outcome == clearance.Pass && len(l.HS) < 6 { // what cannot be told from a thing without a code is not let pass
		if found, err = b.find(p, codeStep, day); err != nil {
			return c, err
		}
	}
	c.verdict(found)
	if found.Outcome == clearance.Refused {
		return c, nil
	}
	// What the post carries for nobody does not go with an expert's opinion either: a sabre, as a coin.
	banned, err := b.find(p, postStep, day)
	if err == nil && banned.Outcome == clearance.Refused {
		c.Got, c.Because, c.Guess = "REFUSED_BY_POST", banned.Rule, false
	}
	return c, err
}

// Steps that tables of things ask.
const codeStep, postStep, cultureStep = 6, 9, 11

// digitsOf leaves the digits of a code that is written with points or spaces.
func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// beforeOurEra ends a year that is counted backwards.
var beforeOurEra = regexp.MustCompile(`(?i)\s*(BCE?|B\.C\.|до н\.? ?э\.?)$`)

// yearOf reads the year a thing was made in: 1890, a day of it, -500 or 500 BC; 0 and "" are unknown.
func yearOf(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.Year(), nil
	}
	digits := beforeOurEra.ReplaceAllString(text, "")
	year, err := strconv.Atoi(digits)
	if err != nil || year > 9999 || year < -maxPast || digits != text && year < 0 {
		return 0, fmt.Errorf("%q is not a year: 1890, or -500 and 500 BC before our era", text)
	}
	if digits != text {
		year = -year
	}
	return year, nil
}

// maxPast is as far back as a year goes: what nature made is older than what people did.
const maxPast = 2_000_000_000

// asOf is the day that a row is judged on: its year's day like today, or the very day it names.
func asOf(text string, today time.Time) (time.Time, error) {
	if text == "" {
		return today, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, nil
	}
	year, err := strconv.Atoi(text)
	if err != nil || year < 1 || year > 9999 {
		return today, fmt.Errorf("%q is neither a year nor a day like 2026-07-01", text)
	}
	return time.Date(year, today.Month(), today.Day(), 0, 0, 0, 0, time.UTC), nil
}

func judgeS10(_ *books, f map[string]string, _ time.Time) (Case, error) {
	c := Case{ID: f["identifier"], Want: f["valid"], Got: "1"}
	switch id, err := s10.Parse(f["identifier"]); {
	case err != nil:
		c.Got, c.Because = "0", err.Error()
	case string(id) != f["identifier"]:
		c.Got, c.Because = "0", "valid once it is written as "+string(id)
	}
	return c, nil
}
