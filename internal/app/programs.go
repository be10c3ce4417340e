package app

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

// programs answers what is asked under /api as programs read it: whatever refuses it, before the router or behind, does so
// by a problem in JSON (RFC 9457), in the language that the program asks for.
func programs(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ofPrograms(r) {
			next.ServeHTTP(w, r)
			return
		}
		if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "en") {
			r = r.WithContext(i18n.WithLang(r.Context(), i18n.EN))
		}
		r.Header.Set("Accept", "application/json")
		next.ServeHTTP(w, r)
	})
}

// ofPrograms says that a request is one of a program's.
func ofPrograms(r *http.Request) bool {
	return r.URL.Path == "/api" || strings.HasPrefix(r.URL.Path, "/api/")
}

// methods are what an address may be asked by.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// notAllowed refuses a method and names those that the address takes (RFC 9110 §15.5.6).
func notAllowed(routes chi.Routes) http.HandlerFunc {
	return web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		var allowed []string
		for _, m := range methods {
			if routes.Match(chi.NewRouteContext(), m, r.URL.Path) || m == http.MethodHead && routes.Match(chi.NewRouteContext(), http.MethodGet, r.URL.Path) {
				allowed = append(allowed, m)
			}
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return errs.New(errs.MethodNotAllowed, "error.method")
	})
}
