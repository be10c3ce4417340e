package clearance

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Source prints where a row is written: its words as they are, and the addresses in them to be opened. Sources are quoted
// in the language they were read in, and said to be in it.
func Source(text string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		b.WriteString("<span")
		if i18n.LangOf(ctx) != i18n.RU && strings.ContainsFunc(text, isCyrillic) {
			b.WriteString(` lang="ru"`)
		}
		b.WriteString(">")
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
