package app

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/app/pages"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

// machineRoutes are the pages for machines that read.
func (a *App) machineRoutes(r chi.Router) {
	r.Get("/robots.txt", web.Handle(a.robots))
	r.Get("/sitemap.xml", web.Handle(a.sitemap))
	r.Get("/sitemaps/pages.xml", web.Handle(a.sitemapPages))
	r.Get("/sitemaps/goods-{part}.xml", web.Handle(a.sitemapGoods))
}

// hidden are the places no crawler has business in: they are a visitor's own, or differ at every look. A search for words may
// be read, and says that /search is its address; of the ways to narrow one there is no end.
var hidden = []string{"/orders", "/account", "/sign-in", "/sign-up", "/seller", "/admin", "/pay",
	"/suggest", "/recent", "/wishes", "/compare", "/search?*&", "/dev", "/export/desks", "/api"}

func (a *App) robots(w http.ResponseWriter, r *http.Request) error {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for _, path := range hidden {
		fmt.Fprintf(&b, "Disallow: %s\nDisallow: /en%s\n", path, path)
	}
	fmt.Fprintf(&b, "\nSitemap: %s/sitemap.xml\n", web.ShellFrom(r.Context()).BaseURL)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err := w.Write([]byte(b.String()))
	return httpx.Sent(r.Context(), err)
}

// The shapes of sitemaps.org.
type (
	sitemapIndex struct {
		XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
		Parts   []sitemapLoc `xml:"sitemap"`
	}
	sitemapLoc struct {
		Loc string `xml:"loc"`
	}
	urlSet struct {
		XMLName xml.Name     `xml:"urlset"`
		NS      string       `xml:"xmlns,attr"`
		XHTML   string       `xml:"xmlns:xhtml,attr"`
		URLs    []sitemapURL `xml:"url"`
	}
	sitemapURL struct {
		Loc     string      `xml:"loc"`
		LastMod string      `xml:"lastmod,omitempty"`
		Alt     []alternate `xml:"xhtml:link"`
	}
	alternate struct {
		Rel  string `xml:"rel,attr"`
		Lang string `xml:"hreflang,attr"`
		Href string `xml:"href,attr"`
	}
)

func (a *App) sitemap(w http.ResponseWriter, r *http.Request) error {
	base := web.ShellFrom(r.Context()).BaseURL
	parts, err := a.m.catalog.SitemapParts(r.Context())
	if err != nil {
		return err
	}
	index := sitemapIndex{Parts: []sitemapLoc{{base + "/sitemaps/pages.xml"}}}
	for n := range parts {
		index.Parts = append(index.Parts, sitemapLoc{fmt.Sprintf("%s/sitemaps/goods-%d.xml", base, n)})
	}
	return writeXML(w, r, index)
}

func (a *App) sitemapPages(w http.ResponseWriter, r *http.Request) error {
	base := web.ShellFrom(r.Context()).BaseURL
	tree, err := a.m.catalog.Tree(r.Context())
	if err != nil {
		return err
	}
	paths := append([]string{"/", "/c", "/shops", "/export", "/export/rules"}, pages.Paths()...)
	for _, top := range tree.Children(0) {
		paths = append(paths, catalog.CategoryPath(top.Slug))
		for _, child := range tree.Children(top.ID) {
			paths = append(paths, catalog.CategoryPath(child.Slug))
		}
	}
	set := newURLSet()
	for _, path := range paths {
		set.URLs = append(set.URLs, bothLanguages(base, path, time.Time{})...)
	}
	return writeXML(w, r, set)
}

func (a *App) sitemapGoods(w http.ResponseWriter, r *http.Request) error {
	base := web.ShellFrom(r.Context()).BaseURL
	part, err := strconv.ParseInt(chi.URLParam(r, "part"), 10, 32)
	if err != nil || part < 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	from := part * catalog.SitemapPart
	cards, err := a.m.catalog.Sitemap(r, from, catalog.SitemapPart)
	if err != nil {
		return err
	}
	set := newURLSet()
	for _, card := range cards {
		if card.ID > from+catalog.SitemapPart {
			break
		}
		set.URLs = append(set.URLs, bothLanguages(base, catalog.ProductPath(card.Slug), card.UpdatedAt)...)
	}
	return writeXML(w, r, set)
}

func newURLSet() urlSet {
	return urlSet{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", XHTML: "http://www.w3.org/1999/xhtml"}
}

// bothLanguages lists a page under each of its addresses, each naming all of them, as search
// engines ask.
func bothLanguages(base, path string, changed time.Time) []sitemapURL {
	var alt []alternate
	for _, lang := range i18n.Langs {
		alt = append(alt, alternate{"alternate", string(lang), base + web.PathIn(lang, path)})
	}
	var list []sitemapURL
	for _, lang := range i18n.Langs {
		u := sitemapURL{Loc: base + web.PathIn(lang, path), Alt: alt}
		if !changed.IsZero() {
			u.LastMod = changed.UTC().Format(time.RFC3339)
		}
		list = append(list, u)
	}
	return list
}

func writeXML(w http.ResponseWriter, r *http.Request, v any) error {
	raw, err := xml.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err = w.Write(append([]byte(xml.Header), raw...))
	return httpx.Sent(r.Context(), err)
}
