package pagecache

import (
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
		if body, err = c.body(key, p, e, plain, buf); err != nil {
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

// body gives the page in a form, and remembers one that was not there yet; buf is room for the plain text where it is not
// at hand.
func (c *Cache) body(key string, p *page, e encoding, plain []byte, buf *[]byte) ([]byte, error) {
	c.mu.Lock()
	forms := p.forms
	c.mu.Unlock()
	if e != identity && forms[e] != nil {
		return forms[e], nil
	}
	if plain == nil {
		var err error
		plain, err = unpack(forms, p.dict, (*buf)[:0])
		*buf = plain
		if err != nil || e == identity {
			return plain, err
		}
	}
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
