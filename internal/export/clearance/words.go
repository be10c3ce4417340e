package clearance

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Consulted says which rules were read on a step that none of them applied to, with the first one's source. It is "" for
// a finding of a rule, and for one that was kept before rules that were read were named.
func Consulted(lang i18n.Lang, f Finding) string {
	if f.Rule != "" || f.Consulted == "" {
		return ""
	}
	return i18n.NIn(lang, "clearance.consulted", int64(f.Read), "rules", f.ConsultedRules(), "source", f.SourceIn(lang))
}

// ConsultedRules are the rules that were read, the first of them by name: "destination.closed v1, destination.service v1, …".
func (f Finding) ConsultedRules() string {
	words := strings.NewReplacer("@", " v", ";", ",").Replace(f.Consulted)
	if f.Read > consultedNamed {
		words += ", …"
	}
	return words
}

// Condition is one condition of a rule, said for people.
type Condition struct {
	Text string // "the commodity code begins with 44, 47, 48"
	List string // the list or figure it refers to, "" for none
}

// shownValues bounds how many values of a list a sentence spells out.
const shownValues = 40

// Explain says a rule's conditions one by one in the words of the reader. What cannot be put into words is said as it
// is written.
func Explain(ctx context.Context, when string, tables Tables) []Condition {
	var list []Condition
	for part := range strings.SplitSeq(when, ";") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, explained(ctx, part, tables))
		}
	}
	return list
}

func explained(ctx context.Context, part string, tables Tables) Condition {
	name, rest, _ := strings.Cut(part, " ")
	fact := "clearance.fact." + name
	if !i18n.Has(i18n.LangOf(ctx), fact) {
		return Condition{Text: part}
	}
	for _, op := range operators {
		values, ok := strings.CutPrefix(strings.TrimSpace(rest), op+" ")
		if !ok {
			continue
		}
		if op == "is" {
			return Condition{Text: i18n.T(ctx, "clearance.op.is_"+strings.TrimSpace(values), "fact", i18n.T(ctx, fact))}
		}
		words, list := spelled(ctx, name, values, tables)
		return Condition{Text: i18n.T(ctx, "clearance.op."+opWords[op], "fact", i18n.T(ctx, fact), "values", words), List: list}
	}
	return Condition{Text: part}
}

// opWords are the ends of the keys that operators are said by.
var opWords = map[string]string{"not begins": "not_begins", "not has": "not_has", "not in": "not_in", "begins": "begins", "beyond": "beyond",
	"only": "only", "has": "has", "in": "in", "<=": "at_most", ">=": "at_least", "!=": "not_in", "<": "below", ">": "above", "=": "in"}

// spelled puts the values of lists and figures in their places, and counts those that a sentence has no room for.
func spelled(ctx context.Context, fact, text string, tables Tables) (words, list string) {
	var values []string
	for v := range strings.SplitSeq(text, ",") {
		v = strings.TrimSpace(v)
		switch {
		case strings.HasPrefix(v, "@"), strings.HasPrefix(v, "#"):
			list = v[1:]
			values = append(values, tables.Rows[list].Values...)
		default:
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return i18n.T(ctx, "clearance.op.nothing_yet"), list
	}
	if fact == "country" || fact == "origin" {
		values = slices.Clone(values)
		for i, code := range values {
			values[i] = postal.CountryName(i18n.LangOf(ctx), code)
		}
	}
	if more := len(values) - shownValues; more > 0 {
		return strings.Join(values[:shownValues], ", ") + " " + i18n.T(ctx, "clearance.admin.also", "n", more), list
	}
	return strings.Join(values, ", "), list
}

// Source prints where a row is written: its words as they are, and the addresses in them to be opened. Sources are quoted
// in the language they were read in, and said to be in it.
func Source(text string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		b.WriteString("<span" + foreign(i18n.LangOf(ctx), text) + ">")
		for _, p := range linked(text) {
			if p.address == "" {
				b.WriteString(templ.EscapeString(p.text))
				continue
			}
			b.WriteString(`<a rel="noreferrer" href="` + templ.EscapeString(string(templ.URL(p.address))) + `">` + templ.EscapeString(p.text) + `</a>`)
		}
		b.WriteString("</span>")
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// foreign says what language a text is in, where it is not the page's.
func foreign(lang i18n.Lang, text string) string {
	switch russian := strings.ContainsFunc(text, isCyrillic); {
	case russian && lang != i18n.RU:
		return ` lang="ru"`
	case !russian && lang != i18n.EN && strings.Contains(text, " "): // a bare address has no language
		return ` lang="en"`
	}
	return ""
}

// SourceIn is where the finding's rule is written, for a reader.
func (f Finding) SourceIn(lang i18n.Lang) string { return inWords(lang, f.Source, f.SourceEN) }

// SourceIn is where the row is written, for a reader.
func (p *Provenance) SourceIn(lang i18n.Lang) string {
	return inWords(lang, p.Source, p.English.Source)
}

// AuthorityIn is who says so, for a reader.
func (p *Provenance) AuthorityIn(lang i18n.Lang) string {
	return inWords(lang, p.Authority, p.English.Authority)
}

// inWords is a text for a reader: its English where there is one and it is asked for, else as it was read.
func inWords(lang i18n.Lang, original, english string) string {
	if lang == i18n.EN && english != "" {
		return english
	}
	return original
}

// Quote prints the words of a law as they stand, in their language, and for readers of English our translation first.
func Quote(p *Provenance) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if english := p.English.Quote; english != "" && i18n.LangOf(ctx) == i18n.EN {
			if _, err := io.WriteString(w, "<span>"+templ.EscapeString(english)+"</span> "); err != nil {
				return err
			}
		}
		return Source(p.Quote).Render(ctx, w)
	})
}

// part is a piece of a source: plain text, or an address.
type part struct{ text, address string }

// linked cuts a source into plain text and the addresses in it.
func linked(source string) []part {
	const scheme = "https://"
	var parts []part
	for source != "" {
		at := strings.Index(source, scheme)
		if at < 0 {
			return append(parts, part{text: source})
		}
		if at > 0 {
			parts = append(parts, part{text: source[:at]})
		}
		end := at + strings.IndexFunc(source[at:]+" ", func(r rune) bool { return strings.ContainsRune(" ;,()«»", r) })
		address := strings.TrimRight(source[at:end], ".:")
		if len(address) <= len(scheme) {
			return append(parts, part{text: source[at:]})
		}
		parts = append(parts, part{text: strings.TrimPrefix(address, scheme), address: address})
		source = source[at+len(address):]
	}
	return parts
}
