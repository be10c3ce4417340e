package clearance

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// names are what rules, lists and figures may be called.
var names = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)

func checkName(name string) error {
	if !names.MatchString(name) {
		return flawed("name", "no_name", "name", name)
	}
	return nil
}

// check refuses a rule that says nothing or something impossible. Its conditions are read elsewhere, with the tables.
func (r *Rule) check() error {
	switch {
	case r.ID != strings.ToLower(r.ID):
		return flawed("name", "small_name")
	case r.Step < 1 || r.Step >= last:
		return flawed("step", "no_step", "n", r.Step, "last", last-1)
	case weight[r.Outcome] == 0 && r.Outcome != Pass:
		return flawed("outcome", "no_outcome", "text", string(r.Outcome))
	case r.Outcome != Pass && r.Then == "":
		return flawed("then", "then_what", "outcome", string(r.Outcome))
	}
	return checkName(r.ID)
}

// check refuses a list without a name and a figure that is not a number. A figure nobody knows yet has no value.
func (d *Dated) check() error {
	if d.Figure {
		if len(d.Values) > 1 {
			return flawed("values", "one_figure")
		}
		for _, v := range d.Values {
			if _, err := Scaled(v, 4); err != nil {
				return err
			}
		}
	}
	return checkName(d.Name)
}

// overlaps refuses two rows of one name in files that are in force on the same day: there, unlike at the desk, neither is
// the newer.
func (lib *Library) overlaps() error {
	rows := lib.Rows()
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(key(a), key(b)), a.Its().From.Compare(b.Its().From))
	})
	for i := 1; i < len(rows); i++ {
		if a, b := rows[i-1], rows[i]; key(a) == key(b) && a.Its().InForce(b.Its().From) {
			return fmt.Errorf("%s: %s: two rows are in force on %s: let the first end the day before, with `to`", b.Its().file, key(b), b.Its().From.Format(time.DateOnly))
		}
	}
	return nil
}

// check reads every rule's conditions on every day from the given one on which anything begins or ends, so that no book
// is found to be unreadable on the day it is needed.
func (lib *Library) check(from time.Time) error {
	for _, day := range lib.turns(from) {
		tables := lib.TablesOn(day)
		for _, r := range standing(lib.Rules, day, time.Time{}) {
			if _, err := parse(r.When, tables); err != nil {
				return &holed{r.place(), r.ID, day, err}
			}
		}
	}
	return nil
}

// place begins an error with the file, where the row came from one.
func (p *Provenance) place() string {
	if p.file == "" {
		return ""
	}
	return p.file + ": "
}

// turns are the days from the given one on which the law changes.
func (lib *Library) turns(from time.Time) []time.Time {
	days := []time.Time{}
	for _, r := range lib.Rows() {
		p := r.Its()
		days = append(days, p.From)
		if !p.To.IsZero() {
			days = append(days, p.To.AddDate(0, 0, 1))
		}
	}
	days = slices.DeleteFunc(days, func(d time.Time) bool { return d.Before(from) })
	if !from.IsZero() {
		days = append(days, from)
	}
	slices.SortFunc(days, time.Time.Compare)
	return slices.Compact(days)
}

// flaw is what is wrong with a row of law: told in English to who keeps the files, and in the reader's language at the
// desk, by one text of the messages.
type flaw struct {
	field string // of the desk's form; "" is the condition's
	key   string
	args  []any
}

func flawed(field, key string, args ...any) error { return &flaw{field, key, args} }

func (f *flaw) Error() string { return f.in(i18n.EN) }

func (f *flaw) in(lang i18n.Lang) string { return i18n.In(lang, "clearance.edit."+f.key, f.args...) }

// misread is a condition that cannot be read, with the rule it stands in once that is known.
type misread struct {
	part string
	why  *flaw
}

func (m *misread) Error() string { return `"` + m.part + `": ` + m.why.Error() }
func (m *misread) Unwrap() error { return m.why }

// holed is a rule that cannot be read on a day.
type holed struct {
	place, rule string
	day         time.Time
	err         error
}

func (h *holed) Error() string {
	return h.place + "rule " + h.rule + ", on " + h.day.Format(time.DateOnly) + ": " + h.err.Error()
}

func (h *holed) Unwrap() error { return h.err }

// unnamed is a fact, a list or a figure that a condition names and nobody has.
func unnamed(what, name string) *flaw { return &flaw{"", "no_" + what, []any{"name", name}} }

// listed joins words that a reader may choose from.
func listed(words []string) string { return strings.Join(words, ", ") }
