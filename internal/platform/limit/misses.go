package limit

import (
	"net/http"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Misses slows down whoever tries numbers: each answer of 404 to a guarded path counts against rule, and when that is used up
// the answer is refuse's instead. Addresses that exist are served as ever, so people who make mistakes lose nothing.
func (l *Limiter) Misses(rule Rule, guarded func(*http.Request) bool, subject func(*http.Request) string,
	refuse func(http.ResponseWriter, *http.Request, error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !guarded(r) {
				next.ServeHTTP(w, r)
				return
			}
			m := &missWriter{ResponseWriter: w}
			m.missed = func() bool {
				err := l.Take(r.Context(), rule, subject(r))
				if !errs.Is(err, errs.TooMany) {
					return false
				}
				refuse(w, r, err)
				return true
			}
			next.ServeHTTP(m, r)
		})
	}
}

// missWriter asks missed before it lets a 404 through, and swallows the answer when missed gave another.
type missWriter struct {
	http.ResponseWriter
	missed           func() bool
	wrote, swallowed bool
}

func (m *missWriter) WriteHeader(status int) {
	if !m.wrote && status == http.StatusNotFound && m.missed() {
		m.swallowed = true
	}
	m.wrote = true
	if !m.swallowed {
		m.ResponseWriter.WriteHeader(status)
	}
}

func (m *missWriter) Write(p []byte) (int, error) {
	m.wrote = true
	if m.swallowed {
		return len(p), nil
	}
	return m.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (m *missWriter) Unwrap() http.ResponseWriter { return m.ResponseWriter }
