package clearance

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// ConsultedIDs are the rules that are named of those that were read and did not apply.
func (f Finding) ConsultedIDs() []string {
	var list []string
	for named := range strings.SplitSeq(f.Consulted, "; ") {
		if id, _, _ := strings.Cut(named, "@"); id != "" {
			list = append(list, id)
		}
	}
	return list
}

// ConsultedRules are the rules that were read, the first of them by name: "destination.closed v1, destination.service v1, …".
func (f Finding) ConsultedRules() string {
	words := strings.NewReplacer("@", " v", ";", ",").Replace(f.Consulted)
	if f.Read > consultedNamed {
		words += ", …"
	}
	return words
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
