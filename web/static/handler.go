package static

import (
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// The system's MIME tables differ from machine to machine, so the types are written down.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

const (
	forever    = "public, max-age=31536000, immutable"
	revalidate = "public, no-cache"
)

var hashPart = regexp.MustCompile(`\.[0-9a-f]{12}(\.\w+)$`)

// Handler serves the files under Prefix. A hashed address may be kept for ever. A plain name, or a
// hash of another build (a page from before a deployment), gets today's bytes and must be asked again.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, Prefix)
		a, keep := byHashed[name], forever
		if a == nil {
			a, keep = assets[hashPart.ReplaceAllString(name, "$1")], revalidate
		}
		if a == nil {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		a.serve(w, r, keep)
	})
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request, keep string) {
	data, encoding := a.negotiate(r.Header.Get("Accept-Encoding"))
	etag := `"` + a.hash + encoding + `"`
	h := w.Header()
	h.Set("Cache-Control", keep)
	h.Set("Content-Type", contentTypes[path.Ext(a.name)])
	h.Set("ETag", etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	if strings.Contains(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(data) // the client may have gone away; nothing is left to tell it
}

// negotiate picks the smallest encoding the client takes.
func (a *asset) negotiate(accept string) (data []byte, encoding string) {
	if accepts(accept, "br") {
		if data := a.brotli(); data != nil {
			return data, "br"
		}
	}
	if accepts(accept, "gzip") {
		if data := a.gzip(); data != nil {
			return data, "gzip"
		}
	}
	return a.plain, ""
}

// accepts reads an Accept-Encoding header; q=0 means no.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, given := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return !given || (err == nil && weight > 0)
	}
	return false
}
