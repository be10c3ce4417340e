// Package pages serves the texts that hardly change: what Yarmarka is, its rules in words, help,
// privacy. Each is a Markdown file per language whose heading is the title and whose first
// paragraph is the description; both languages must exist. It owns no data and reads none.
package pages

import (
	"bytes"
	"embed"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

//go:embed text/*.md
var files embed.FS

// names are the files without language and extension; a dash stands for a slash of the address.
var names = []string{"about", "contacts", "privacy", "help", "help-delivery", "help-returns", "help-payment", "help-price",
	"help-choice", "help-seller-rules", "help-feeds", "help-moderation", "help-accessibility"}

// page is one text in one language.
type page struct {
	Path        string
	Title       string
	Description string
	Lead        string // HTML of the first paragraph
	Body        string // HTML of the rest
}

var library = load()

// Paths lists the addresses without language prefix, for the sitemap.
func Paths() []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = pathOf(name)
	}
	return paths
}

// pathOf turns "help-seller-rules" into "/help/seller-rules".
func pathOf(name string) string { return "/" + strings.Replace(name, "-", "/", 1) }

// Routes adds the pages to r.
func Routes(r chi.Router) {
	for _, name := range names {
		r.Get(pathOf(name), web.Handle(func(w http.ResponseWriter, r *http.Request) error {
			p, ok := library[i18n.LangOf(r.Context())][name]
			if !ok {
				return errs.New(errs.NotFound, "error.not_found")
			}
			web.Public(w, r, 3600)
			return web.Render(w, r, http.StatusOK, show(p))
		}))
	}
}

func load() map[i18n.Lang]map[string]page {
	all := map[i18n.Lang]map[string]page{}
	for _, lang := range i18n.Langs {
		all[lang] = map[string]page{}
		for _, name := range names {
			p, err := read(lang, name)
			if err != nil {
				panic("pages: " + err.Error()) // the texts are part of the program
			}
			all[lang][name] = p
		}
	}
	return all
}

// read parses one file: a heading, a paragraph, the rest.
func read(lang i18n.Lang, name string) (page, error) {
	source, err := files.ReadFile("text/" + name + "." + string(lang) + ".md")
	if err != nil {
		return page{}, fmt.Errorf("%s: %w", name, err)
	}
	md := goldmark.New()
	doc := md.Parser().Parse(text.NewReader(source))
	title, lead := doc.FirstChild(), ast.Node(nil)
	if title != nil {
		lead = title.NextSibling()
	}
	if lead == nil || title.Kind() != ast.KindHeading || lead.Kind() != ast.KindParagraph {
		return page{}, fmt.Errorf("%s.%s: a heading and a paragraph must come first", name, lang)
	}
	localise(doc, lang)
	p := page{Path: pathOf(name), Title: plain(title, source), Description: plain(lead, source)}
	doc.RemoveChild(doc, title)
	doc.RemoveChild(doc, lead)
	if p.Lead, err = render(md, source, lead); err != nil {
		return page{}, err
	}
	p.Body, err = render(md, source, doc)
	return p, err
}

func render(md goldmark.Markdown, source []byte, n ast.Node) (string, error) {
	var b bytes.Buffer
	if err := md.Renderer().Render(&b, source, n); err != nil {
		return "", fmt.Errorf("render: %w", err)
	}
	return b.String(), nil
}

// localise points the links of an English text to English pages.
func localise(doc ast.Node, lang i18n.Lang) {
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the visitor never fails
		if link, ok := n.(*ast.Link); ok && entering && bytes.HasPrefix(link.Destination, []byte("/")) {
			link.Destination = []byte(ui.PathIn(lang, string(link.Destination)))
		}
		return ast.WalkContinue, nil
	})
}

// plain is the text of a node without marks.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) { // the visitor never fails
		if t, ok := c.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}
