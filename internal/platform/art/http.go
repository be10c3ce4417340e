package art

import (
	"net/http"
	"strings"
)

// Prefix is where Handler is mounted: /media/art/{kind}-{palette}.svg.
const Prefix = "/media/art/"

// version changes when a drawing changes, so that caches ask again.
const version = `"2"`

// Handler serves the pictures. They never change, so anyone may keep them.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, isSVG := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, Prefix), ".svg")
		kind, stone, _ := strings.Cut(name, "-")
		svg, ok := SVG(kind, stone)
		if !ok || !isSVG {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "image/svg+xml")
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("ETag", version)
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Header.Get("If-None-Match") == version {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		if r.Method != http.MethodHead {
			_, _ = w.Write([]byte(svg)) // the client may have gone away; nothing is left to tell it
		}
	})
}
