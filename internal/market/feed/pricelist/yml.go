package pricelist

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
)

// Bounds that keep a hostile document from filling memory (measured: a 64 MB attribute takes
// 192 MB, two million nested tags 372 MB, in encoding/xml without them).
const (
	maxToken      = 1 << 20
	maxDepth      = 24
	maxCategories = 100_000
	maxElements   = 2_000 // within one offer
)

// ReadYML streams a Yandex Market Language document (yandex.ru/support/market, "Формат YML") of
// any length in constant memory: simplified and typed offers, windows-1251 or UTF-8. A document
// that is not XML, not YML, cut off or malicious ends with an Invalid error that says where; rows
// before that place were already given to sink, so a caller who must have all or nothing reads
// twice.
func ReadYML(r io.Reader, sink Sink) error {
	br, err := open(r)
	if err != nil {
		return err
	}
	guard := &tokenGuard{r: br}
	d := xml.NewDecoder(guard)
	d.CharsetReader = charsetReader
	y := &ymlReader{d: d, guard: guard, sink: sink, paths: map[string][]string{}, loops: map[string]bool{}}
	if err := y.run(); err != nil {
		return y.explain(err)
	}
	return nil
}

// tokenGuard refuses to feed one token more than maxToken bytes.
type tokenGuard struct {
	r io.Reader
	n int
}

var errToken = errors.New("pricelist: a single element or attribute is too large")

func (g *tokenGuard) Read(p []byte) (int, error) {
	if g.n > maxToken {
		return 0, errToken
	}
	n, err := g.r.Read(p)
	g.n += n
	return n, err
}

type ymlReader struct {
	d      *xml.Decoder
	guard  *tokenGuard
	sink   Sink
	depth  int
	rows   int
	tree   []Category
	paths  map[string][]string
	loops  map[string]bool // categories that are their own ancestors
	offers bool            // <offers> was met

	declared, typed, rooted bool  // something that may stand before the root was met, a type of document, the root
	amiss                   error // what is wrong with what stands before the root
}

func (y *ymlReader) token() (xml.Token, error) {
	y.guard.n = 0
	t, err := y.d.Token()
	if err != nil {
		return nil, err
	}
	switch t.(type) {
	case xml.StartElement:
		if y.depth++; y.depth > maxDepth {
			return nil, broken("feed.too_deep", nil)
		}
	case xml.EndElement:
		y.depth--
	}
	return t, y.shaped(t)
}

func (y *ymlReader) run() error {
	for {
		t, err := y.token()
		if err == io.EOF {
			return y.end()
		}
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if y.depth == 1 && start.Name.Local != root {
			return broken("feed.not_yml", nil, "name", cut(form.Clean(start.Name.Local), 40))
		}
		switch start.Name.Local {
		case "category":
			err = y.category(start)
		case "offers":
			err = y.startOffers()
		case "offer":
			err = y.offer(start)
		}
		if err != nil {
			return err
		}
	}
}

func (y *ymlReader) end() error {
	if y.d.InputOffset() == 0 {
		return broken("feed.empty", nil)
	}
	if !y.offers {
		return broken("feed.no_offers", nil)
	}
	return nil
}

// explain turns a parser's error into ours, with the line it happened on.
func (y *ymlReader) explain(err error) error {
	if _, ok := errors.AsType[*errs.Error](err); ok {
		return err
	}
	line, _ := y.d.InputPos()
	packed := errors.Is(err, io.ErrUnexpectedEOF) // a document that was packed ends in its middle
	if !packed {
		err = wrapRead(err)
	}
	switch {
	case errs.KeyOf(err) != "":
		return err
	case errors.Is(err, errToken):
		return broken("feed.token_too_large", err, "line", line)
	case packed, strings.Contains(err.Error(), "unexpected EOF"):
		return broken("feed.cut_off", err, "line", line, "rows", y.rows)
	case strings.Contains(err.Error(), "invalid UTF-8"):
		return broken("feed.wrong_encoding", err, "line", line)
	}
	// A version of XML that there is not is no SyntaxError of the parser's.
	if _, ok := errors.AsType[*xml.SyntaxError](err); ok || strings.HasPrefix(err.Error(), "xml: unsupported version") {
		if y.rows == 0 && !y.offers && y.depth == 0 {
			return broken("feed.not_xml", err, "line", line)
		}
		return broken("feed.bad_xml", err, "line", line, "rows", y.rows)
	}
	return err
}

func (y *ymlReader) category(start xml.StartElement) error {
	text, err := y.text()
	if err != nil {
		return err
	}
	if len(y.tree) == maxCategories {
		return broken("feed.too_many_categories", nil, "max", maxCategories)
	}
	y.tree = append(y.tree, Category{ID: attr(start, "id"), ParentID: attr(start, "parentId"), Name: cut(oneLine(text), maxTitle)})
	return nil
}

func (y *ymlReader) startOffers() error {
	y.offers = true
	byID := map[string]Category{}
	for _, c := range y.tree {
		byID[c.ID] = c
	}
	for _, c := range y.tree {
		y.paths[c.ID], y.loops[c.ID] = pathOf(c, byID)
	}
	return y.sink.Categories(y.tree)
}

// pathOf names a category from the root of its tree down; in a tree that bites its own tail the path ends where it would
// begin again, and loop says so. One that names itself as its parent is meant to have none.
func pathOf(c Category, byID map[string]Category) (path []string, loop bool) {
	met := map[string]bool{}
	for at, ok := c, true; ok && len(path) < maxDepth; at, ok = byID[at.ParentID] {
		if met[at.ID] {
			loop = true
			break
		}
		met[at.ID] = true
		path = append(path, at.Name)
		if at.ParentID == at.ID {
			break
		}
	}
	slices.Reverse(path)
	return path, loop
}

// text reads the character data of the element just started, up to its end; inner markup is kept
// as its text.
func (y *ymlReader) text() (string, error) {
	var b strings.Builder
	for inner := 0; ; {
		t, err := y.token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			if b.Len()+len(t) > maxToken {
				return "", errToken
			}
			b.Write(t)
		case xml.StartElement:
			if inner++; inner > maxElements {
				return "", errToken
			}
		case xml.EndElement:
			if inner == 0 {
				return b.String(), nil
			}
			inner--
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if strings.EqualFold(a.Name.Local, name) {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}
