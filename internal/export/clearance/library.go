package clearance

import (
	"cmp"
	"slices"
	"time"
)

// Library is every version of every rule, list and figure, of all times.
type Library struct {
	Rules  []Rule
	Tables []Dated
}

// row is what a rule and a table have in common.
type row interface {
	name() string
	its() *Provenance
	mark() string
}

func (r *Rule) name() string      { return r.ID }
func (r *Rule) its() *Provenance  { return &r.Provenance }
func (d *Dated) name() string     { return d.Name }
func (d *Dated) its() *Provenance { return &d.Provenance }

// standing gives, of each name, the version in force on a day: the one that began last, of two that began on one day the
// higher, unless it has ended. What is not yet known at the moment, or waits for an admin, does not count; the zero
// moment is now.
func standing[T any, P interface {
	*T
	row
}](rows []T, day, known time.Time) []T {
	best := map[string]int{}
	for i := range rows {
		p := P(&rows[i]).its()
		if p.Waiting || day.Before(p.From) || !known.IsZero() && p.Created.After(known) {
			continue
		}
		at, ok := best[P(&rows[i]).name()]
		if !ok || later(p, P(&rows[at]).its()) {
			best[P(&rows[i]).name()] = i
		}
	}
	var found []T
	for i := range rows {
		if at, ok := best[P(&rows[i]).name()]; ok && at == i && P(&rows[i]).its().InForce(day) {
			found = append(found, rows[i])
		}
	}
	return found
}

func later(a, b *Provenance) bool {
	return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Version, b.Version)) > 0
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
	n, err := scaled(d.Values[0], digits)
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
