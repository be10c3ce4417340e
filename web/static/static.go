// Package static holds the files every page needs: the stylesheet, the fonts, the icon sprite, the
// stone patterns and the scripts. They are part of the program, are served from addresses that
// contain a hash of their bytes and therefore never go stale, and are compressed once. It knows no
// pages; product pictures and uploads are served elsewhere.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed *.css *.svg *.js fonts/*.woff2 stone/*.svg js/*.js
var files embed.FS

// Prefix is where Handler is mounted.
const Prefix = "/static/"

// appJS is the name under which the small scripts of js/ are served together: one request for all.
const appJS = "app.js"

// asset is one file with its three encodings; the compressed ones are made at first use.
type asset struct {
	name   string // "fonts/golos-latin.woff2"
	hashed string // "fonts/golos-latin.0d9e4f21c3b7.woff2"
	url    string // where it is served
	hash   string
	plain  []byte
	brotli func() []byte
	gzip   func() []byte
}

var (
	assets   = load()
	byHashed = indexHashed(assets)
)

// URL gives the address of a file by its name ("yarmarka.css", "fonts/golos-latin.woff2"). It
// panics on a name that does not exist: only a mistake in a template can ask for one.
func URL(name string) string {
	a, ok := assets[name]
	if !ok {
		panic("static: no such file: " + name)
	}
	return a.url
}

// Names lists what can be asked for, sorted.
func Names() []string {
	names := make([]string, 0, len(assets))
	for name := range assets {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Bytes gives a file as it is served, for tests that measure.
func Bytes(name string) []byte { return assets[name].plain }

func load() map[string]*asset {
	all := map[string]*asset{}
	var sheets, scripts []string
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
			return err
		case path.Ext(name) == ".css":
			sheets = append(sheets, name) // after the files they point to
		case path.Dir(name) == "js":
			scripts = append(scripts, name)
		default:
			all[name] = newAsset(name, mustRead(name))
		}
		return nil
	})
	if err != nil {
		panic("static: " + err.Error())
	}
	for _, name := range sheets {
		all[name] = newAsset(name, rewriteURLs(cssComment.ReplaceAll(mustRead(name), nil), all))
	}
	all[appJS] = newAsset(appJS, bundle(scripts))
	return all
}

func mustRead(name string) []byte {
	data, err := files.ReadFile(name)
	if err != nil {
		panic("static: " + err.Error()) // embedded: cannot be absent
	}
	return data
}

func newAsset(name string, data []byte) *asset {
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	a := &asset{name: name, hash: hash, plain: data, hashed: strings.TrimSuffix(name, ext) + "." + hash + ext}
	a.url = Prefix + a.hashed
	a.brotli = sync.OnceValue(func() []byte { return pack(a, packBrotli) })
	a.gzip = sync.OnceValue(func() []byte { return pack(a, packGzip) })
	return a
}

var cssComment = regexp.MustCompile(`/\*[^*]*\*/\n*`)

var cssURL = regexp.MustCompile(`url\(([\w./-]+)\)`)

// rewriteURLs points a stylesheet at the hashed names of the files it uses.
func rewriteURLs(css []byte, all map[string]*asset) []byte {
	return cssURL.ReplaceAllFunc(css, func(m []byte) []byte {
		name := string(m[len("url(") : len(m)-1])
		a, ok := all[name]
		if !ok {
			panic("static: the stylesheet uses an unknown file: " + name)
		}
		return []byte("url(" + a.hashed + ")")
	})
}

// bundle joins the scripts, each in its own block so that their names do not meet.
func bundle(names []string) []byte {
	slices.Sort(names)
	var b bytes.Buffer
	b.WriteString("'use strict';\n")
	for _, name := range names {
		b.WriteString("{\n")
		b.Write(mustRead(name))
		b.WriteString("}\n")
	}
	return b.Bytes()
}

func indexHashed(all map[string]*asset) map[string]*asset {
	index := make(map[string]*asset, len(all))
	for _, a := range all {
		index[a.hashed] = a
	}
	return index
}

// pack compresses a, or gives nil where that would not help.
func pack(a *asset, how func([]byte) []byte) []byte {
	if path.Ext(a.name) == ".woff2" {
		return nil
	}
	if packed := how(a.plain); len(packed) < len(a.plain) {
		return packed
	}
	return nil
}

func packBrotli(data []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	if _, err := w.Write(data); err != nil {
		return data
	}
	if err := w.Close(); err != nil {
		return data
	}
	return b.Bytes()
}

func packGzip(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return data
	}
	if _, err := w.Write(data); err != nil {
		return data
	}
	if err := w.Close(); err != nil {
		return data
	}
	return b.Bytes()
}
