// Package pricelist reads the price lists that shops have: YML of any length and tables of any columns, packed or not, in
// any of the encodings met in the wild, as a stream, row by row and in constant memory. It owns the formats, what their
// columns are called, the rules every row is held to, and the words for what is wrong with a file or a row. Where a file
// came from, and what becomes of its rows, package feed decides; nothing is stored here.
package pricelist

import (
	"strings"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// The formats of price lists.
const (
	YML = "yml"
	CSV = "csv"
)

// Category is a node of a feed's own tree.
type Category struct{ ID, ParentID, Name string }

// Sink receives a feed as it streams by. An error it returns ends the reading and is returned.
type Sink interface {
	// Categories comes once, before the first row, with the feed's tree (empty for CSV).
	Categories([]Category) error
	// Row takes one row, or only its problems when one of them is fatal (row is then nil).
	Row(row *Row, problems []Problem) error
}

// Row is one offer of a feed, read and checked, before anybody asks what the catalogue knows of it.
type Row struct {
	N           int    // 1-based number of the offer (YML) or record (CSV) in the file
	Line        int    // line of the file it begins on
	SKU         string // the seller's own id of the offer, unique within a feed
	Group       string // offers of one group are variants of one card; "" for none
	Title       string
	Brand       string
	PartNumber  string
	GTINs       []string // valid ones, in the feed's order
	CategoryID  string   // id in the feed's own tree (YML)
	Category    []string // names from the root down (CSV; filled in from the tree for YML)
	Description string   // HTML or text as given; sanitised when it is stored
	Price       money.Amount
	OldPrice    money.Amount // 0 for none; shown to nobody: strike-through prices come from history
	Stock       int          // -1: the feed does not say, the source's default applies
	Available   bool
	Condition   string // new | like_new | used
	VAT         string // "" | vat0 | vat5 | vat7 | vat10 | vat20 | none
	WeightG     int    // grams, 0 unknown
	SizeMM      [3]int // length, width, height in millimetres, 0 unknown
	Country     string
	HSCode      string
	Pictures    []string
	Params      []Param
}

// CardKey names a row's card for ever: its group, else its own id.
func (r *Row) CardKey() string {
	if r.Group != "" {
		return "g:" + cut(r.Group, maxSKU)
	}
	return "s:" + r.SKU
}

// Markdown gives the row's description as cards keep it, with the characteristics that no attribute of ours holds below
// it, so that nothing is lost.
func (r *Row) Markdown(rest []Param) string {
	var b strings.Builder
	b.WriteString(describe(r.Description))
	if len(rest) > 0 {
		b.WriteString("\n\n")
	}
	for _, p := range rest {
		if p.Name != "" && p.Value != "" {
			b.WriteString("- " + escapeMarkdown(p.Name) + ": " + escapeMarkdown(strings.TrimSpace(p.Value+" "+p.Unit)) + "\n")
		}
	}
	return strings.TrimSpace(b.String())
}

// Param is a characteristic as the feed names it.
type Param struct{ Name, Unit, Value string }

// Problem is why a row, or one field of it, was not taken. A fatal one leaves the row out; others
// leave out the field.
type Problem struct {
	N     int
	Line  int
	SKU   string
	Field string
	Key   string
	Args  []any
	Fatal bool
	Value string // what was written, cut to MaxShown characters
}

// Bounds of what one row may hold; longer texts are a problem of the row, not of the server.
const (
	maxSKU         = 120
	maxTitle       = 300
	maxDescription = 30_000
	maxPictures    = 20
	maxParams      = 200
	maxParam       = 500
)

// MaxShown is how much of what was written a problem quotes, in characters.
const MaxShown = 80

type checker struct {
	row      *Row
	problems []Problem
}

func (c *checker) fault(fatal bool, field, value, key string, args ...any) {
	c.problems = append(c.problems, Problem{N: c.row.N, Line: c.row.Line, SKU: c.row.SKU, Field: field, Key: key,
		Args: args, Fatal: fatal, Value: cut(form.Clean(value), MaxShown)})
}

// check applies the rules every source shares. Fields are already parsed by the reader.
func (c *checker) check() {
	r := c.row
	r.SKU, r.Title = form.Clean(r.SKU), oneLine(r.Title)
	r.Brand, r.PartNumber = oneLine(r.Brand), oneLine(r.PartNumber)
	switch {
	case r.SKU == "":
		c.fault(true, "sku", "", "feed.row.no_sku")
	case utf8.RuneCountInString(r.SKU) > maxSKU:
		c.fault(true, "sku", r.SKU, "feed.row.too_long", "max", maxSKU)
	}
	switch {
	case r.Title == "":
		c.fault(true, "title", "", "feed.row.no_title")
	case utf8.RuneCountInString(r.Title) > maxTitle:
		c.fault(false, "title", r.Title, "feed.row.title_cut", "max", maxTitle)
		r.Title = cut(r.Title, maxTitle)
	}
	if utf8.RuneCountInString(r.Description) > maxDescription {
		c.fault(false, "description", r.Description, "feed.row.too_long", "max", maxDescription)
		r.Description = ""
	}
	r.Brand, r.PartNumber = cut(r.Brand, maxSKU), cut(r.PartNumber, maxSKU)
	if len(r.Pictures) > maxPictures {
		r.Pictures = r.Pictures[:maxPictures]
	}
	if len(r.Params) > maxParams {
		r.Params = r.Params[:maxParams]
	}
}

func (c *checker) fatal() bool {
	for _, p := range c.problems {
		if p.Fatal {
			return true
		}
	}
	return false
}

func (c *checker) price(field, text string, into *money.Amount) {
	a, err := money.Parse(text)
	switch {
	case err != nil:
		c.fault(true, field, text, "feed.row.bad_price")
	case a == 0:
		c.fault(true, field, text, "feed.row.zero_price")
	default:
		*into = a
	}
}

func (c *checker) gtin(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	gtin, ok := intake.CleanGTIN(text)
	if !ok {
		c.fault(false, "barcode", text, "feed.row.bad_gtin")
		return
	}
	c.row.GTINs = append(c.row.GTINs, gtin)
}

func oneLine(s string) string { return strings.Join(strings.Fields(form.Clean(s)), " ") }

// cut shortens a text without parting a letter from its marks, or a picture from its pieces.
func cut(s string, max int) string { return form.Cut(s, max) }

func broken(key string, cause error, args ...any) error {
	return errs.New(errs.Invalid, key, args...).With(cause)
}
