package metrics

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// routeKey finds the place where Route leaves the pattern for Requests.
type routeKey struct{}

// Requests measures every request that passes; it stands outermost. The route is the router's pattern, left by Route:
// an address itself would make as many metrics as there are addresses.
func (s *Set) Requests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		route := new(string)
		s.inFlight.Inc()
		defer s.inFlight.Dec()
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(ww, r.WithContext(context.WithValue(r.Context(), routeKey{}, route)))
		status := ww.Status()
		if status == 0 {
			status = http.StatusOK
		}
		if *route == "" {
			*route = "none" // refused before a route was looked for, or there is none
		}
		s.requests.WithLabelValues(method(r.Method), *route, strconv.Itoa(status)).Inc()
		s.duration.WithLabelValues(*route).Observe(time.Since(began).Seconds())
	})
}

// Route is the router's own middleware that tells Requests which pattern was met.
func Route(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if route, ok := r.Context().Value(routeKey{}).(*string); ok {
				*route = chi.RouteContext(r.Context()).RoutePattern()
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// Met tells Requests the pattern of a request that was answered before the router.
func Met(ctx context.Context, pattern string) {
	if route, ok := ctx.Value(routeKey{}).(*string); ok {
		*route = pattern
	}
}

// method keeps made-up methods from making metrics.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}
