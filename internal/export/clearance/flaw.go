package clearance

import (
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

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
