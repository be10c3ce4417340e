package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

var statuses = map[errs.Kind]int{
	errs.Internal: 500, errs.Invalid: 422, errs.NotFound: 404, errs.Conflict: 409, errs.Unauthenticated: 401,
	errs.Forbidden: 403, errs.TooMany: 429, errs.Unavailable: 503, errs.TooLarge: 413, errs.BadRequest: 400,
	errs.MethodNotAllowed: 405,
}

// StatusOf gives the status an error is answered with.
func StatusOf(err error) int { return statuses[errs.KindOf(err)] }

// Handle turns a handler that may fail into an http.HandlerFunc. It is the only place where an
// error becomes a response and where an error is logged.
func Handle(fn func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer forgetFiles(r)
		if err := fn(w, r); err != nil {
			Fail(w, r, err)
		}
	}
}

// forgetFiles removes what an upload left in the folder of temporary files. net/http does that for the request it made
// itself, never for the copies that middleware hands on with a context of their own, and ours is always such a copy.
func forgetFiles(r *http.Request) {
	if r.MultipartForm == nil {
		return
	}
	if err := r.MultipartForm.RemoveAll(); err != nil {
		slog.WarnContext(r.Context(), "temporary files of an upload", "error", err)
	}
}

// Fail answers r with err as house.md §3 lists; nothing internal is shown.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	ctx, kind := r.Context(), errs.KindOf(err)
	if errs.Cancelled(err) && ctx.Err() != nil {
		w.WriteHeader(499) // the client went away; nobody reads this
		return
	}
	if kind == errs.Internal && errs.Down(err) {
		kind, err = errs.Unavailable, errs.New(errs.Unavailable, "error.unavailable").With(err)
	}
	logFailure(ctx, r, kind, err)
	switch kind {
	case errs.Unauthenticated:
		if r.Method == http.MethodGet && !WantsJSON(r) {
			http.Redirect(w, r, Path(ctx, "/sign-in?next="+url.QueryEscape(ShellFrom(ctx).here())), http.StatusSeeOther)
			return
		}
	case errs.TooMany, errs.Unavailable:
		w.Header().Set("Retry-After", "10")
	}
	w.Header().Set("Cache-Control", "no-store")
	if WantsJSON(r) {
		writeProblem(w, r, kind, err)
		return
	}
	page := ErrorView{Status: statuses[kind], Message: Message(ctx, err), RequestID: requestID(ctx), Back: left(r)}
	if kind == errs.NotFound && r.Method == http.MethodGet {
		page.Lost = ShellFrom(ctx).Path
	}
	err = Render(w, r, page.Status, ErrorPage(page))
	if _, gone := errors.AsType[net.Error](err); gone {
		return // whoever asked so slowly that they were cut off reads no page either
	}
	if err != nil {
		slog.ErrorContext(ctx, "error page failed", "err", err)
		http.Error(w, http.StatusText(page.Status), page.Status)
	}
}

// left is the page of ours whose form a visitor sent, "" when it is another site's or not told, or when nothing was sent.
func left(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if r.Method == http.MethodGet || r.Method == http.MethodHead || err != nil || from.Host == "" || from.Host != r.Host || !strings.HasPrefix(from.Path, "/") || strings.HasPrefix(from.Path, "//") {
		return ""
	}
	return (&url.URL{Path: from.Path, RawQuery: from.RawQuery}).String()
}

// requestID is the number a visitor can ask about, also where the failure came before the shell was filled.
func requestID(ctx context.Context) string {
	return cmp.Or(ShellFrom(ctx).RequestID, httpx.RequestIDOf(ctx))
}

// Message puts an error into the visitor's words; Internal says nothing of its cause.
func Message(ctx context.Context, err error) string {
	if e, ok := classified(err); ok && e.Kind != errs.Internal {
		return i18n.T(ctx, e.Key, e.Args...)
	}
	return i18n.T(ctx, "error.internal")
}

func logFailure(ctx context.Context, r *http.Request, kind errs.Kind, err error) {
	attrs := []any{"kind", kind.String(), "method", r.Method, "path", httpx.LogPath(r), "request_id", requestID(ctx), "err", err}
	switch kind {
	case errs.Internal:
		slog.ErrorContext(ctx, "request failed", attrs...)
	case errs.TooMany, errs.Unavailable:
		slog.WarnContext(ctx, "request refused", attrs...)
	case errs.Conflict, errs.Forbidden:
		slog.InfoContext(ctx, "request refused", attrs...)
	}
}

// WantsJSON reports whether a script asked: the answer is data, not a page.
func WantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// JSON writes v as the answer.
func JSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("json answer: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	if _, err := w.Write(raw); err != nil {
		slog.DebugContext(r.Context(), "client went away", "err", err)
	}
	return nil
}

// Added is what the cart answers to a script that asked for JSON: the new count for the header and
// a sentence for screen readers.
type Added struct {
	Count   int    `json:"count"`
	Message string `json:"message"`
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// etagOf tells one state of a page from its others: two checks of 32 bits each, which processors do by themselves.
func etagOf(page []byte) string {
	sum := uint64(crc32.ChecksumIEEE(page))<<32 | uint64(crc32.Checksum(page, castagnoli))
	return `W/"` + strconv.FormatUint(sum, 36) + `"`
}

// Render writes a whole page or none: the component is rendered to a buffer first, so that an
// error never leaves half a page.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	buf, ok := buffers.Get().(*bytes.Buffer)
	if !ok {
		buf = new(bytes.Buffer)
	}
	defer buffers.Put(buf)
	buf.Reset()
	if err := c.Render(r.Context(), buf); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	Send(w, r, status, buf.Bytes())
	return nil
}

// Send writes a page that is ready.
func Send(w http.ResponseWriter, r *http.Request, status int, page []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(page)))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
	if status == http.StatusOK && h.Get("Set-Cookie") == "" && r.Method != http.MethodPost {
		etag := etagOf(page)
		h.Set("ETag", etag)
		if strings.Contains(r.Header.Get("If-None-Match"), etag) {
			h.Del("Content-Length")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(status)
	if _, err := w.Write(page); err != nil {
		slog.DebugContext(r.Context(), "client went away", "err", err)
	}
}

// Public lets a shared cache keep the page for maxAge seconds when the visitor has no session;
// call it before Render on pages that a stranger sees.
func Public(w http.ResponseWriter, r *http.Request, maxAge int) {
	h := w.Header()
	h.Add("Vary", "Cookie")
	if s := ShellFrom(r.Context()); s.HasCookie || s.Flash != nil {
		return
	}
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=0, s-maxage=%d, stale-while-revalidate=%d", maxAge, maxAge*10))
}
