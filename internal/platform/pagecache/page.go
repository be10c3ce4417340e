package pagecache

import (
	"bytes"
	"container/list"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
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
)

var encodingNames = [...]string{identity: "", gzipped: "gzip", zstandard: "zstd"}

// page is a whole answer. It is kept compressed, a fifth of its size: as zstd, which is quickly undone for those who
// take nothing, and as gzip too once somebody asks for that. The cache's mutex guards gzip; nothing else changes.
type page struct {
	header http.Header
	etag   string
	topics []string
	stamp  int64
	route  string
	until  time.Time
	length int // of the plain text
	zstd   []byte
	gzip   []byte
}

// overhead is about what a page takes besides its bodies.
const overhead = 1500

func (p *page) size() int {
	n := overhead + len(p.zstd) + len(p.gzip)
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
	var err error
	e := asked(r.Header.Get("Accept-Encoding"))
	body := plain
	switch {
	case e == zstandard:
		body = p.zstd
	case e == gzipped:
		body, err = c.gzip(key, p)
	case body == nil && r.Method != http.MethodHead:
		buf := texts.Get().(*[]byte) //nolint:forcetypeassert // the pool holds nothing else
		defer texts.Put(buf)
		*buf, err = unzstd.DecodeAll(p.zstd, (*buf)[:0])
		body = *buf
	}
	if err != nil {
		slog.ErrorContext(r.Context(), "kept page cannot be read", "err", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	length := p.length
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

// texts are buffers for pages on their way to those who take no compression.
var texts = sync.Pool{New: func() any { return new([]byte) }}

// gzip gives the page as gzip and remembers it.
func (c *Cache) gzip(key string, p *page) ([]byte, error) {
	c.mu.Lock()
	have := p.gzip
	c.mu.Unlock()
	if have != nil {
		return have, nil
	}
	plain, err := unzstd.DecodeAll(p.zstd, nil)
	if err != nil {
		return nil, err
	}
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
	body := bytes.Clone(b.Bytes())
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages.change(key, p, func() { p.gzip = body })
	return body, nil
}

// The coders are safe for many at once through EncodeAll and DecodeAll; their options are right, so they do not fail.
var (
	zstder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(128<<10))
	unzstd, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(16<<20))
)

// pack compresses a page for keeping.
func pack(plain []byte) []byte {
	return bytes.Clone(zstder.EncodeAll(plain, make([]byte, 0, len(plain)/3)))
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
