package web

import (
	"context"
	"io"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// sameParts are the parts of pages that same has printed, by language and key.
var sameParts sync.Map

// Same is same for the parts of other packages.
func Same(key string, part templ.Component) templ.Component { return same(key, part) }

// same is a part of a page that looks the same to everybody who reads its language: it is printed once. Its key names
// everything else that it depends on, and comes from the program, never from a visitor.
func same(key string, part templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		key := string(i18n.LangOf(ctx)) + " " + key
		printed, ok := sameParts.Load(key)
		if !ok {
			var b strings.Builder
			if err := part.Render(ctx, &b); err != nil {
				return err
			}
			printed = b.String()
			sameParts.Store(key, printed)
		}
		_, err := io.WriteString(w, printed.(string)) //nolint:forcetypeassert // the map holds nothing else
		return err
	})
}
