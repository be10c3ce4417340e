package app

import (
	"net/http"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// language reads the language out of the address, Russian at /…, English at /en/…, and hands the
// rest of the address on, so that every route is written once.
func language(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang, path := splitLang(r.URL.Path)
		if r.URL.Path == "/en/" {
			http.Redirect(w, r, "/en", http.StatusMovedPermanently)
			return
		}
		r2 := r.WithContext(i18n.WithLang(r.Context(), lang))
		if path != r.URL.Path {
			u := *r.URL
			u.Path = path
			u.RawPath = strings.TrimPrefix(u.RawPath, "/en")
			r2.URL = &u
		}
		next.ServeHTTP(w, r2)
	})
}

func splitLang(path string) (i18n.Lang, string) {
	switch rest, ok := strings.CutPrefix(path, "/en"); {
	case ok && rest == "":
		return i18n.EN, "/"
	case ok && rest[0] == '/':
		return i18n.EN, rest
	}
	return i18n.RU, path
}
