package postal

import (
	"strings"
)

// Refusal is the post saying no, with its codes: nothing is wrong with the line, and asking again will not help
// before something is changed.
type Refusal struct {
	Service string   // tariff, orders, tracking
	Codes   []string // EMPTY_CUSTOMS_ENTRIES, ILLEGAL_MASS_EXCESS, 1001, …
	Texts   []string // in the post's own words
}

func (r *Refusal) Error() string {
	return "post: " + r.Service + " refused: " + strings.Join(r.Codes, ", ") + ": " + strings.Join(r.Texts, "; ")
}

// Has says that the post gave this code.
func (r *Refusal) Has(code string) bool {
	for _, c := range r.Codes {
		if c == code {
			return true
		}
	}
	return false
}

// Words is what the post said, or its codes where it said nothing.
func (r *Refusal) Words() string {
	if len(r.Texts) > 0 {
		return strings.Join(r.Texts, "; ")
	}
	return strings.Join(r.Codes, ", ")
}
