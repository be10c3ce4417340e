package pagecache

import (
	"bytes"
	"container/list"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// encoding of a body.
type encoding int

const (
	identity encoding = iota
	gzipped
	zstandard
	encodings
)

var encodingNames = [encodings]string{"", "gzip", "zstd"}

// page is a whole answer. Its bodies are guarded by the cache's mutex: an encoding is made when it is first asked for,
// and the plain text, the largest, leaves when it was only there to be compressed.
type page struct {
	header http.Header
	etag   string
	topics []string
	stamp  int64
	route  string
	until  time.Time
	bodies [encodings][]byte
}

// overhead is about what a page takes besides its bodies.
const overhead = 1500

func (p *page) size() int {
	n := overhead
	for _, b := range p.bodies {
		n += len(b)
	}
	for _, t := range p.topics {
		n += len(t) + 16
	}
	return n
}

// serve answers with a page that was found true.
func (c *Cache) serve(w http.ResponseWriter, r *http.Request, key string, p *page) {
	h := w.Header()
	join(h, p.header)
	if strings.Contains(r.Header.Get("If-None-Match"), p.etag) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	e := asked(r.Header.Get("Accept-Encoding"))
	body, err := c.body(key, p, e)
	if err != nil {
		slog.ErrorContext(r.Context(), "page not compressed", "err", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	if e != identity {
		h.Set("Content-Encoding", encodingNames[e])
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	if _, err := w.Write(body); err != nil {
		slog.DebugContext(r.Context(), "client went away", "err", err)
	}
}

// body gives the page in an encoding and remembers it.
func (c *Cache) body(key string, p *page, e encoding) ([]byte, error) {
	c.mu.Lock()
	have := p.bodies
	c.mu.Unlock()
	if have[e] != nil {
		return have[e], nil
	}
	plain, err := plainOf(have)
	if err != nil {
		return nil, err
	}
	body, err := encode(plain, e)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages.change(key, p, func() {
		p.bodies[e] = body
		if e != identity && have[gzipped] == nil && have[zstandard] == nil {
			p.bodies[identity] = nil // it was there to be compressed; who asks for it gets it from there
		}
	})
	return body, nil
}

func plainOf(have [encodings][]byte) ([]byte, error) {
	switch {
	case have[identity] != nil:
		return have[identity], nil
	case have[zstandard] != nil:
		return unzstd.DecodeAll(have[zstandard], nil)
	}
	r, err := gzip.NewReader(bytes.NewReader(have[gzipped]))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// The coders are safe for many at once through EncodeAll and DecodeAll; their options are right, so they do not fail.
var (
	zstder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(128<<10))
	unzstd, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(16<<20))
)

func encode(plain []byte, e encoding) ([]byte, error) {
	switch e {
	case zstandard:
		return bytes.Clone(zstder.EncodeAll(plain, make([]byte, 0, len(plain)/4))), nil
	case gzipped:
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, 5)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(plain); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		return bytes.Clone(b.Bytes()), nil
	}
	return plain, nil
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
