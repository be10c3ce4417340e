package ui

import (
	"context"
	"strings"
	"unicode"

	"github.com/a-h/templ"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// NameLang is the lang attribute of a name that is never translated, a shop's or a brand's: Russian
// where Cyrillic stands on a page of another language, nothing otherwise.
func NameLang(ctx context.Context, name string) templ.Attributes {
	cyrillic := func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }
	if i18n.LangOf(ctx) == i18n.RU || !strings.ContainsFunc(name, cyrillic) {
		return nil
	}
	return templ.Attributes{"lang": string(i18n.RU)}
}
