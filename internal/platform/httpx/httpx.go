// Package httpx holds the middleware that every request passes whatever page it asks for: an id,
// a line in the log, a limit on its body, the headers that tell browsers what a page may do, and
// compression. It knows no pages and no people.
package httpx

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/klauspost/compress/gzhttp"
)

type requestIDKey struct{}

// RequestID gives every request an unguessable id, answered in X-Request-Id; one sent by a client
// is never believed, for it ends up in logs.
func RequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var raw [10]byte
		rand.Read(raw[:]) // never fails: crypto/rand aborts the program instead
		id := base32.StdEncoding.EncodeToString(raw[:])
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// RequestIDOf finds the id RequestID gave, or "".
func RequestIDOf(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// AccessLog writes one line per request: method, path (see LogPath), status, bytes and time. Files of the site itself are left out.
func AccessLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/static/") || strings.HasPrefix(r.URL.Path, "/media/") {
			next.ServeHTTP(w, r)
			return
		}
		began, path := time.Now(), LogPath(r)
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(ww, r)
		slog.InfoContext(r.Context(), "request", "method", r.Method, "path", path, "status", ww.Status(),
			"bytes", ww.BytesWritten(), "ms", time.Since(began).Milliseconds(), "request_id", RequestIDOf(r.Context()))
	})
}

// minKey is shorter than any key of ours and longer than a capital letter in an address ever comes with.
const minKey = 20

// LogPath is the path of a request as logs may keep it: without its query, which may hold what people
// search for, and with "{key}" in place of each segment that opens something to whoever has it. Keys
// are told by their shape, so that one asked for with a wrong method or a typo around it is masked too:
// they are long and have capital letters, which slugs and numbers of orders never are at once.
func LogPath(r *http.Request) string {
	segments := strings.Split(r.URL.Path, "/")
	for i, s := range segments {
		if len(s) >= minKey && strings.ContainsFunc(s, unicode.IsUpper) {
			segments[i] = "{key}"
		}
	}
	return strings.Join(segments, "/")
}

// Recover turns a panic into fail's answer. http.ErrAbortHandler passes, as net/http asks.
func Recover(fail func(w http.ResponseWriter, r *http.Request)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				v := recover()
				if v == nil {
					return
				}
				if v == http.ErrAbortHandler {
					panic(v)
				}
				slog.ErrorContext(r.Context(), "panic", "value", v, "request_id", RequestIDOf(r.Context()), "stack", string(debug.Stack()))
				fail(w, r)
			}()
			next.ServeHTTP(w, r)
		})
	}
}

// csp lets a page use what this site serves and nothing else: no inline script or style, no frame,
// no other host. Structured data blocks are no scripts, so they need no nonce, and a page without
// a nonce is one that a cache can keep.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'%s; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

// Security sets the headers of a strict site. formHosts are origins a form of ours may lead to by
// redirect (a payment page); https says that the site is served over TLS, which HSTS then promises.
func Security(https bool, formHosts ...string) func(http.Handler) http.Handler {
	extra := ""
	for _, h := range formHosts {
		extra += " " + h
	}
	policy := strings.Replace(csp, "%s", extra, 1)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()")
			if https {
				h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
			}
			next.ServeHTTP(w, r)
		})
	}
}

// BodyLimit bounds the body of a request; limit says how many bytes a path may take. One that says it is longer is refused
// before any of it is read, whatever its handler would have done with it.
func BodyLimit(limit func(path string) int64, refuse http.HandlerFunc) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Body != nil && r.Body != http.NoBody {
				most := limit(r.URL.Path)
				if r.ContentLength > most {
					refuse(w, r)
					return
				}
				r.Body = http.MaxBytesReader(w, r.Body, most)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Compress answers with zstd or gzip where the client takes it and the content gains by it. Files
// that were compressed beforehand pass as they are.
func Compress() (func(http.Handler) http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(5), gzhttp.EnableZstd(true), gzhttp.PreferZstd(true))
	if err != nil {
		return nil, err
	}
	return func(next http.Handler) http.Handler { return wrap(next) }, nil
}

// Warn notes a failure that a page lived through.
func Warn(ctx context.Context, what string, err error) {
	slog.WarnContext(ctx, what, "request_id", RequestIDOf(ctx), "err", err)
}

// Sent ends a handler that wrote its answer: a write that failed means that the client went away,
// which is worth a line for those who look closely and no answer.
func Sent(ctx context.Context, err error) error {
	if err != nil {
		slog.DebugContext(ctx, "client went away", "request_id", RequestIDOf(ctx), "err", err)
	}
	return nil
}

// RefererGuard refuses what changes something and says by its Referer alone that it comes from another site. Browsers of
// today say it by Sec-Fetch-Site or Origin, which http.CrossOriginProtection reads; this is for those that send neither.
// Without any of the three the sender is a program: no browser omits them all and sends a cookie with SameSite=Lax.
func RefererGuard(refuse http.HandlerFunc) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			safe := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
			from := r.Header.Get("Referer")
			if safe || from == "" || r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != "" {
				next.ServeHTTP(w, r)
				return
			}
			if u, err := url.Parse(from); err != nil || u.Host != r.Host {
				refuse(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
