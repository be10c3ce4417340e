package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web/static"
	"github.com/yarmarka/yarmarka/web/ui"
)

// htmxConfig keeps htmx within the content security policy (no eval, no injected style) and lets
// the answers of refused forms be shown: htmx 2 swaps no 4xx by itself.
const htmxConfig = `{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"selfRequestsOnly":true,` +
	`"historyCacheSize":0,"refreshOnHistoryMiss":true,"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},` +
	`{"code":"422","swap":true},{"code":"409","swap":true},{"code":"[45]..","swap":false,"error":true}]}`

func title(ctx context.Context, p Page) string {
	text, site := p.Title, i18n.T(ctx, "site.name")
	switch {
	case text == "":
		text = site
	case text != site:
		text += " · " + site
	}
	if p.Errors > 0 {
		return i18n.T(ctx, "page.error_prefix") + " " + text
	}
	return text
}

func canonicalPath(ctx context.Context, p Page) string {
	if p.Path != "" {
		return p.Path
	}
	return ShellFrom(ctx).address()
}

// otherLang is the language the switch leads to, and otherPath the same page in it.
func otherLang(ctx context.Context) i18n.Lang {
	if i18n.LangOf(ctx) == i18n.RU {
		return i18n.EN
	}
	return i18n.RU
}

func otherPath(ctx context.Context) string {
	return PathIn(otherLang(ctx), ShellFrom(ctx).here())
}

// fontsFor are the subsets of the typeface that a page of lang needs at once: spaces and figures lie with the Latin letters.
func fontsFor(lang i18n.Lang) []string {
	latin := static.URL("fonts/golos-latin.woff2")
	if lang == i18n.EN {
		return []string{latin}
	}
	return []string{static.URL("fonts/golos-cyrillic.woff2"), latin}
}

func locale(lang i18n.Lang) string {
	if lang == i18n.EN {
		return "en_GB"
	}
	return "ru_RU"
}

// jsonLD prints structured data. Encode writes <, > and & as escapes, so no value can close
// the script element.
func jsonLD(data any) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, `<script type="application/ld+json">`); err != nil {
			return err
		}
		if err := json.NewEncoder(w).Encode(data); err != nil {
			return fmt.Errorf("structured data: %w", err)
		}
		_, err := io.WriteString(w, "</script>")
		return err
	})
}

func noteClass(kind string) string {
	if kind == ui.Info {
		return ""
	}
	return kind
}

func noteIcon(kind string) string {
	switch kind {
	case ui.OK:
		return "okc"
	case ui.Warn:
		return "alert"
	case ui.Bad:
		return "error"
	}
	return "info"
}

func anys(texts []string) []any {
	args := make([]any, len(texts))
	for i, t := range texts {
		args[i] = t
	}
	return args
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
