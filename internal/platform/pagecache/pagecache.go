// Package pagecache keeps whole pages for visitors without a session, ready compressed, in a bounded memory. A kept page
// is never trusted: the topics it speaks of ("card:12", "shop:3", "tree") have a stamp in PostgreSQL that changes in the
// transaction that changes what the page shows, and one indexed query compares it before every answer. So no page is
// ever old, and any number of programs side by side agree. The package knows no pages and keeps nothing that is
// anybody's own: requests with a session or a message pass by.
package pagecache

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/s2"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// spell bounds the life of a page that nothing changes: what depends on the time of day (a day of delivery, a price of
// thirty days ago) is worked out anew when a spell ends. Every midnight of every zone ends one.
const spell = 10 * time.Minute

// Options of a cache.
type Options struct {
	// Bytes bounds the memory for pages; 0 keeps none.
	Bytes int
	// Kind names the kind of page at an address, in one language; pages of one kind are alike. "" is none that may be
	// kept, and passes without being recorded.
	Kind func(u *url.URL) string
	// Private names the cookies that make an answer somebody's own.
	Private []string
	// Met, when set, is told the route of a page that was answered without its handler.
	Met func(ctx context.Context, route string)
	Now func() time.Time
}

// Cache keeps pages.
type Cache struct {
	o      Options
	stamps *Stamps

	mu      sync.Mutex
	pages   shelf
	flights map[string]*flight
	dicts   map[string]*s2.Dict // the first page of each kind
}

// flight is a page that is being made; the others who want it wait.
type flight struct {
	done chan struct{}
	kept bool
}

// New makes an empty cache on a database that has the stamps.
func New(db pg.DB, o Options) *Cache {
	return &Cache{o: o, stamps: NewStamps(db), pages: newShelf(o.Bytes), flights: map[string]*flight{},
		dicts: map[string]*s2.Dict{}}
}

// Middleware answers from the cache where it can and lets next answer otherwise. It belongs inside the compression,
// which leaves alone what is compressed already, and outside of everything that knows visitors.
func (c *Cache) Middleware(next http.Handler) http.Handler {
	if c.o.Bytes == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind := ""
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			kind = c.o.Kind(r.URL)
		}
		if kind == "" || c.private(r) {
			next.ServeHTTP(w, r)
			return
		}
		key := r.URL.EscapedPath() + "?" + r.URL.RawQuery
		if !c.answer(w, r, key) {
			c.make(w, r, key, kind, next)
		}
	})
}

// private reports whether the request brings anything that makes its answer differ from a stranger's.
func (c *Cache) private(r *http.Request) bool {
	if r.Header.Get("Authorization") != "" {
		return true
	}
	if len(r.Header["Cookie"]) == 0 {
		return false
	}
	for _, name := range c.o.Private {
		if _, err := r.Cookie(name); err == nil {
			return true
		}
	}
	return false
}

// answer serves the kept page if it is still true.
func (c *Cache) answer(w http.ResponseWriter, r *http.Request, key string) bool {
	c.mu.Lock()
	p := c.pages.get(key)
	c.mu.Unlock()
	if p == nil || !c.o.Now().Before(p.until) {
		return false
	}
	stamp, err := c.stamps.Of(r.Context(), p.topics)
	if err != nil || stamp != p.stamp {
		return false // a failure shows itself again, in the words of the page's own handler
	}
	if c.o.Met != nil {
		c.o.Met(r.Context(), p.route)
	}
	c.serve(w, r, key, p, nil)
	return true
}

// make lets one request make the page while others of the same address wait for it. Who waited asks for the stamp
// again, because the page may have been begun before a change that the waiting one has seen.
func (c *Cache) make(w http.ResponseWriter, r *http.Request, key, kind string, next http.Handler) {
	for {
		c.mu.Lock()
		f, busy := c.flights[key]
		if !busy {
			f = &flight{done: make(chan struct{})}
			c.flights[key] = f
		}
		c.mu.Unlock()
		if !busy {
			c.fly(w, r, key, kind, f, next)
			return
		}
		select {
		case <-f.done:
		case <-r.Context().Done():
			return // the visitor has gone
		}
		if !f.kept {
			next.ServeHTTP(w, r)
			return
		}
		if c.answer(w, r, key) {
			return
		}
	}
}

func (c *Cache) fly(w http.ResponseWriter, r *http.Request, key, kind string, f *flight, next http.Handler) {
	landed := func() {
		c.mu.Lock()
		delete(c.flights, key)
		c.mu.Unlock()
		close(f.done)
	}
	down := false
	defer func() { // also when the handler panics
		if !down {
			landed()
		}
	}()
	rec := newRecorder()
	defer rec.free()
	next.ServeHTTP(rec, rec.request(r))
	p := rec.page(c.o.Now())
	if p != nil {
		f.kept = c.keep(r, key, kind, p, rec)
	}
	down = true
	landed()
	if p == nil {
		rec.replay(w, r)
		return
	}
	c.serve(w, r, key, p, rec.body.Bytes())
}

// keep puts a page into the cache, in the form that its first visitor takes, where there is a place for it.
func (c *Cache) keep(r *http.Request, key, kind string, p *page, rec *recorder) bool {
	c.mu.Lock()
	takes := (!rec.mark.light || c.pages.asked.times(key) > 1) && c.pages.takes(key, c.o.Now())
	c.mu.Unlock()
	if !takes {
		return false
	}
	plain := rec.body.Bytes()
	p.topics, p.dict = slices.Concat(rec.mark.topics...), c.dict(kind, plain)
	e := asked(r.Header.Get("Accept-Encoding"))
	form, err := pack(plain, e, p.dict)
	if err != nil {
		slog.ErrorContext(r.Context(), "page cannot be kept", "err", err)
		return false
	}
	p.forms[e] = form
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages.put(key, p)
	return true
}

// dict is the first page of a kind, which the others are told apart from.
func (c *Cache) dict(kind string, plain []byte) *s2.Dict {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.dicts[kind]
	if !ok {
		d = s2.MakeDict(bytes.Clone(plain), nil) // nil for a page too short to help others
		c.dicts[kind] = d
	}
	return d
}

// Size says how many pages are kept and how many bytes they take.
func (c *Cache) Size() (pages, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pages.byKey), c.pages.size
}
