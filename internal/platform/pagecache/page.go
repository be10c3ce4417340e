package pagecache

import (
	"container/list"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/s2"
)

// encoding of a body.
type encoding int

const (
	identity encoding = iota
	gzipped
	zstandard
)

var encodingNames = [...]string{identity: "", gzipped: "gzip", zstandard: "zstd"}

// page is a whole answer. It is kept compressed, first in the form that it was first asked for in and then in the others
// as they are asked for. The cache's mutex guards forms; nothing else changes.
type page struct {
	header http.Header
	etag   string
	topics []string
	stamp  int64
	route  string
	until  time.Time
	length int // of the plain text
	dict   *s2.Dict
	forms  [len(encodingNames)][]byte // identity is packed
}

// overhead is about what a page takes besides its bodies.
const overhead = 1500

func (p *page) size() int {
	n := overhead
	for _, form := range p.forms {
		n += len(form)
	}
	for _, t := range p.topics {
		n += len(t) + 16
	}
	return n
}

// serve answers with a page that was found true. plain is its text where it is at hand already.
func (c *Cache) serve(w http.ResponseWriter, r *http.Request, key string, p *page, plain []byte) {
	h := w.Header()
	join(h, p.header)
	if strings.Contains(r.Header.Get("If-None-Match"), p.etag) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	e := asked(r.Header.Get("Accept-Encoding"))
	body, length := plain, p.length
	if e != identity || plain == nil && r.Method != http.MethodHead {
		buf := texts.Get().(*[]byte) //nolint:forcetypeassert // the pool holds nothing else
		defer texts.Put(buf)
		var err error
		if body, err = c.body(key, p, e, buf); err != nil {
			slog.ErrorContext(r.Context(), "kept page cannot be read", "err", err)
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
	}
	if e != identity {
		h.Set("Content-Encoding", encodingNames[e])
		length = len(body)
	}
	h.Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	if _, err := w.Write(body); err != nil {
		slog.DebugContext(r.Context(), "client went away", "err", err)
	}
}

// body gives the page in a form, and remembers one that was not there yet; buf is room for the plain text.
func (c *Cache) body(key string, p *page, e encoding, buf *[]byte) ([]byte, error) {
	c.mu.Lock()
	forms := p.forms
	c.mu.Unlock()
	if e != identity && forms[e] != nil {
		return forms[e], nil
	}
	plain, err := unpack(forms, p.dict, (*buf)[:0])
	if err != nil || e == identity {
		*buf = plain
		return plain, err
	}
	*buf = plain
	form, err := pack(plain, e, p.dict)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages.change(key, p, func() { p.forms[e] = form })
	return form, nil
}

// asked picks the best encoding the visitor takes.
func asked(accept string) encoding {
	switch {
	case takes(accept, "zstd"):
		return zstandard
	case takes(accept, "gzip"):
		return gzipped
	}
	return identity
}

// takes reads an Accept-Encoding header; q=0 means no.
func takes(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, given := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return !given || err == nil && weight > 0
	}
	return false
}

// shelf holds pages up to a number of bytes; the one not asked for longest leaves first.
type shelf struct {
	limit, size int
	byKey       map[string]*list.Element
	order       *list.List // of *slot, the last asked for in front
}

type slot struct {
	key  string
	page *page
}

func newShelf(limit int) shelf {
	return shelf{limit: limit, byKey: map[string]*list.Element{}, order: list.New()}
}

func (s *shelf) get(key string) *page {
	e := s.byKey[key]
	if e == nil {
		return nil
	}
	s.order.MoveToFront(e)
	return e.Value.(*slot).page //nolint:forcetypeassert // the list holds nothing else
}

func (s *shelf) put(key string, p *page) {
	s.drop(s.byKey[key])
	s.byKey[key] = s.order.PushFront(&slot{key, p})
	s.size += p.size() + len(key)
	s.trim()
}

// change lets fn alter a page and counts it anew; a page that has left meanwhile is only altered.
func (s *shelf) change(key string, p *page, fn func()) {
	before := p.size()
	fn()
	if e := s.byKey[key]; e != nil && e.Value.(*slot).page == p { //nolint:forcetypeassert // as above
		s.size += p.size() - before
		s.trim()
	}
}

func (s *shelf) trim() {
	for s.size > s.limit && s.order.Len() > 0 {
		s.drop(s.order.Back())
	}
}

func (s *shelf) drop(e *list.Element) {
	if e == nil {
		return
	}
	x := s.order.Remove(e).(*slot) //nolint:forcetypeassert // as above
	delete(s.byKey, x.key)
	s.size -= x.page.size() + len(x.key)
}
