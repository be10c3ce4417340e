package pagecache

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
)

// recorder takes a handler's whole answer, so that it can be kept.
type recorder struct {
	header http.Header
	body   *bytes.Buffer
	status int
	mark   mark
}

// mark is what the handler said the page is made of.
type mark struct {
	topics [][]string // as they were given: most pages that are looked at once are not kept, and need no list of their own
	stamp  int64
	route  string
	light  bool
}

type markKey struct{}

// Keep says that the answer being made shows what topics speak of, as it was when stamp was read, and may be kept. A
// handler may say it several times about different topics, and changes none of them afterwards. Outside of a cache it does
// nothing.
func Keep(ctx context.Context, stamp int64, topics ...string) {
	m, ok := ctx.Value(markKey{}).(*mark)
	if !ok {
		return
	}
	m.topics, m.stamp = append(m.topics, topics), m.stamp+stamp
	if route := chi.RouteContext(ctx); route != nil {
		m.route = route.RoutePattern()
	}
}

// Light says that the answer being made costs hardly more to make than to take from the cache: it gets a place there only
// when it is asked for again, and whoever looks at a page once does not pay for keeping it.
func Light(ctx context.Context) {
	if m, ok := ctx.Value(markKey{}).(*mark); ok {
		m.light = true
	}
}

// bodies are the recorders' buffers; a page is written into one that has held others.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func newRecorder() *recorder {
	return &recorder{header: http.Header{}, body: bodies.Get().(*bytes.Buffer)} //nolint:forcetypeassert // the pool holds nothing else
}

// request is r for the handler: the whole page is wanted, whatever the visitor has already.
func (rec *recorder) request(r *http.Request) *http.Request {
	r2 := r.WithContext(context.WithValue(r.Context(), markKey{}, &rec.mark))
	r2.Method = http.MethodGet
	if r.Header.Get("If-None-Match") != "" {
		r2.Header = maps.Clone(r.Header)
		r2.Header.Del("If-None-Match")
	}
	return r2
}

func (rec *recorder) Header() http.Header { return rec.header }

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 {
		rec.status = status
	}
}

func (rec *recorder) Write(p []byte) (int, error) {
	rec.WriteHeader(http.StatusOK)
	return rec.body.Write(p)
}

// join adds the handler's headers to those set before it.
func join(to, from http.Header) {
	for name, values := range from {
		to[name] = append(to[name][:len(to[name]):len(to[name])], values...)
	}
}

// free gives the recorder back; its body is nobody's then.
func (rec *recorder) free() {
	rec.body.Reset()
	bodies.Put(rec.body)
}

// page is the answer as a page to keep, without its body and its topics yet; nil when it is not one: no topics, not whole,
// or somebody's own. The header becomes the page's.
func (rec *recorder) page(now time.Time) *page {
	h := rec.header
	if rec.status != http.StatusOK || len(rec.mark.topics) == 0 || len(h["Set-Cookie"]) > 0 ||
		!strings.HasPrefix(h.Get("Cache-Control"), "public") || h.Get("ETag") == "" {
		return nil
	}
	h.Del("Content-Length")
	return &page{header: h, etag: h.Get("ETag"), stamp: rec.mark.stamp, route: rec.mark.route,
		until: now.Truncate(spell).Add(spell), length: rec.body.Len()}
}

// replay sends an answer that is not kept as the handler made it.
func (rec *recorder) replay(w http.ResponseWriter, r *http.Request) {
	join(w.Header(), rec.header)
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	w.WriteHeader(rec.status)
	if r.Method == http.MethodHead {
		return
	}
	if _, err := w.Write(rec.body.Bytes()); err != nil {
		slog.DebugContext(r.Context(), "client went away", "err", err)
	}
}
