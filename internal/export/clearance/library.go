package clearance

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Library is every version of every rule, list and figure, of all times.
type Library struct {
	Rules  []Rule
	Tables []Dated
}

// Row is what a rule and a table have in common: a *Rule or a *Dated.
type Row interface {
	Named() string
	Its() *Provenance
	mark() string
}

func (r *Rule) Named() string     { return r.ID }
func (r *Rule) Its() *Provenance  { return &r.Provenance }
func (d *Dated) Named() string    { return d.Name }
func (d *Dated) Its() *Provenance { return &d.Provenance }

// standing gives, of each name, the version in force on a day: the one that began last, of two that began on one day the
// higher, unless it has ended. What is not yet known at the moment, or waits for an admin, does not count; the zero
// moment is now.
func standing[T any, P interface {
	*T
	Row
}](rows []T, day, known time.Time) []T {
	best := map[string]int{}
	for i := range rows {
		p := P(&rows[i]).Its()
		if p.Waiting || day.Before(p.From) || !known.IsZero() && p.Created.After(known) {
			continue
		}
		at, ok := best[P(&rows[i]).Named()]
		if !ok || later(p, P(&rows[at]).Its()) {
			best[P(&rows[i]).Named()] = i
		}
	}
	var found []T
	for i := range rows {
		if at, ok := best[P(&rows[i]).Named()]; ok && at == i && P(&rows[i]).Its().InForce(day) {
			found = append(found, rows[i])
		}
	}
	return found
}

func later(a, b *Provenance) bool {
	return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Version, b.Version)) > 0
}

// RulesOn are the rules in force on a day.
func (lib *Library) RulesOn(at time.Time) []Rule {
	return standing(lib.Rules, dayOf(at), time.Time{})
}

// StandingRows are the rows of the library that are in force on a day.
func (lib *Library) StandingRows(at time.Time) map[Row]bool {
	found := map[string]bool{}
	mark := func(r Row) string { return key(r) + "@" + strconv.Itoa(r.Its().Version) }
	for _, r := range standing(lib.Rules, dayOf(at), time.Time{}) {
		found[mark(&r)] = true
	}
	for _, d := range standing(lib.Tables, dayOf(at), time.Time{}) {
		found[mark(&d)] = true
	}
	rows := map[Row]bool{}
	for _, r := range lib.Rows() {
		if found[mark(r)] {
			rows[r] = true
		}
	}
	return rows
}

// Uses lists the rules in force on a day that name a list or a figure.
func (lib *Library) Uses(d *Dated, at time.Time) []Rule {
	return slices.DeleteFunc(standing(lib.Rules, dayOf(at), time.Time{}), func(r Rule) bool {
		return !slices.ContainsFunc(strings.FieldsFunc(r.When, func(c rune) bool { return c == ' ' || c == ',' || c == ';' }), func(w string) bool { return w == d.sign() })
	})
}

// number counts the versions of each name by the day they begin, as the database does when the files come into it.
func (lib *Library) number() {
	slices.SortStableFunc(lib.Rules, func(a, b Rule) int { return a.From.Compare(b.From) })
	slices.SortStableFunc(lib.Tables, func(a, b Dated) int { return a.From.Compare(b.From) })
	seen := map[string]int{}
	for i := range lib.Rules {
		seen["rule "+lib.Rules[i].ID]++
		lib.Rules[i].Version = seen["rule "+lib.Rules[i].ID]
	}
	for i := range lib.Tables {
		seen["table "+lib.Tables[i].Name]++
		lib.Tables[i].Version = seen["table "+lib.Tables[i].Name]
	}
}

// Tables are the lists and figures in force on a day, by name; predicates refer to them.
type Tables struct {
	Lists   map[string][]string
	Figures map[string]string // a decimal with a point; "" while nobody knows it
	Rows    map[string]Dated  // the same with their sources

	ever map[string]bool // @list and #figure names that are or were or will be
}

// sign is how predicates call it.
func (d *Dated) sign() string {
	if d.Figure {
		return "#" + d.Name
	}
	return "@" + d.Name
}

// Figure is a figure with its source; false when there is none on the day or nobody knows it.
func (t Tables) Figure(name string) (Dated, bool) {
	d, ok := t.Rows[name]
	return d, ok && d.Figure && len(d.Values) == 1
}

// Scaled is a figure as a whole number of its smallest parts: "22.5" with one digit is 225.
func (t Tables) Scaled(name string, digits int) (int64, bool) {
	d, ok := t.Figure(name)
	if !ok {
		return 0, false
	}
	n, err := Scaled(d.Values[0], digits)
	return n, err == nil
}

// TablesOn are the lists and figures in force on a day.
func (lib *Library) TablesOn(day time.Time) Tables { return lib.tables(day, time.Time{}) }

func (lib *Library) tables(day, known time.Time) Tables {
	t := Tables{Lists: map[string][]string{}, Figures: map[string]string{}, Rows: map[string]Dated{}, ever: map[string]bool{}}
	for i := range lib.Tables {
		t.ever[lib.Tables[i].sign()] = true
	}
	for _, d := range standing(lib.Tables, day, known) {
		t.Rows[d.Name] = d
		switch {
		case !d.Figure:
			t.Lists[d.Name] = d.Values
		case len(d.Values) == 1:
			t.Figures[d.Name] = d.Values[0]
		default:
			t.Figures[d.Name] = ""
		}
	}
	return t
}

// On opens the book of a day.
func (lib *Library) On(day time.Time) (*Book, error) { return lib.known(day, time.Time{}) }

// known opens the book of a day with what was known at a moment.
func (lib *Library) known(day, moment time.Time) (*Book, error) {
	return Open(standing(lib.Rules, day, moment), lib.tables(day, moment), day)
}
