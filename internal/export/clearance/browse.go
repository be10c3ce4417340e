package clearance

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/search/text"
)

// Browse is what a reader of the law looks for; an empty field is anything.
type Browse struct {
	Words     string // in what a row says, in its conditions, its source and its name
	Area      string
	Country   string // ISO 3166 alpha-2: rows that speak of it by name or by a list it is on
	Authority string // in the reader's language
}

// Empty says that nothing is looked for in particular.
func (b Browse) Empty() bool { return b == Browse{} }

// Takes says whether a row is among what is looked for.
func (b Browse) Takes(ctx context.Context, r Row, tables Tables) bool {
	p := r.Its()
	switch {
	case b.Area != "" && p.Area != b.Area, b.Authority != "" && p.AuthorityIn(i18n.LangOf(ctx)) != b.Authority:
		return false
	case b.Country != "" && !slices.Contains(countriesOf(r, tables), b.Country):
		return false
	}
	return b.Words == "" || holdsWords(rowText(ctx, r, tables), b.Words)
}

// countriesOf are the countries that a row speaks of: a rule by its condition, a list by its values, a figure of one
// country by its name.
func countriesOf(r Row, tables Tables) []string {
	switch r := r.(type) {
	case *Rule:
		return Countries(r.When, tables)
	case *Dated:
		if r.Figure {
			_, country, _ := strings.Cut(r.Name, ".")
			return []string{country}
		}
		return r.Values
	}
	return nil
}

// rowText is everything a row says to a reader.
func rowText(ctx context.Context, r Row, tables Tables) string {
	p, lang := r.Its(), i18n.LangOf(ctx)
	parts := []string{r.Named(), AreaWords(ctx, p.Area), p.AuthorityIn(lang), p.SourceIn(lang), p.Quote, p.English.Quote}
	switch r := r.(type) {
	case *Rule:
		parts = append(parts, Says(ctx, r), StepWords(ctx, r.Step))
		for _, c := range Explain(ctx, r.When, tables) {
			parts = append(parts, c.Text, c.Brief)
		}
	case *Dated:
		if words, ok := ListWords(ctx, r.Name); ok {
			parts = append(parts, words)
		}
		parts = append(parts, r.Values...)
	}
	return strings.Join(parts, " ")
}

// holdsWords says whether each word that is looked for is in a text, in any of its forms or as a beginning.
func holdsWords(in, words string) bool {
	have := text.Tokens(in)
	for _, want := range text.Tokens(words) {
		if want.Extra {
			continue
		}
		if !slices.ContainsFunc(have, func(t text.Token) bool { return strings.HasPrefix(t.Word, want.Word) || t.Stem == want.Stem }) {
			return false
		}
	}
	return true
}

// Says is what follows from a rule, in a few words.
func Says(ctx context.Context, r *Rule) string {
	said := i18n.T(ctx, "clearance.outcome."+string(r.Outcome))
	if r.Then != "" {
		said += ": " + ThenWords(ctx, r.Then)
	}
	return said
}

// Areas are the areas of the library in the order of the algorithm; those without rules come last.
func (lib *Library) Areas() []string {
	first := map[string]int{}
	for _, r := range lib.Rows() {
		step := last
		if rule, ok := r.(*Rule); ok {
			step = rule.Step
		}
		if have, ok := first[r.Its().Area]; !ok || step < have {
			first[r.Its().Area] = step
		}
	}
	return slices.SortedFunc(maps.Keys(first), func(a, b string) int { return cmp.Or(first[a]-first[b], cmp.Compare(a, b)) })
}

// Authorities are all that say what some rows say, in a reader's language and in order.
func Authorities(lang i18n.Lang, rows []Row) []string {
	seen := map[string]bool{}
	for _, r := range rows {
		if name := r.Its().AuthorityIn(lang); name != "" {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// CountriesOf are the countries that some rows speak of, each once.
func CountriesOf(rows []Row, tables Tables) []string {
	seen := map[string]bool{}
	for _, r := range rows {
		for _, country := range countriesOf(r, tables) {
			if len(country) == 2 && country == strings.ToUpper(country) && strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
				seen[country] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
