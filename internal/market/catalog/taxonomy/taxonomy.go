// Package taxonomy is the tree of goods as plain data: some 10,600 categories with Russian and
// English names, their attributes and values, the drawn illustration of each, and the few groups
// the storefront shows. The tree is Shopify's product taxonomy (MIT, LICENSE-shopify); names that
// read badly, attributes with units, illustrations and groups are our own (curated.toml). It holds
// no state and touches no database: the catalogue copies it into its tables.
package taxonomy

import (
	"iter"
	"sync"
	"weak"
)

//go:generate go run ./gen -source ../../../../../shared/data/taxonomy/shopify -out shopify.tsv.gz

// Version names the release of the taxonomy that is embedded.
const Version = "shopify-2025-08-unstable"

// Kind says what a value of an attribute is.
type Kind string

// The kinds, written as the catalogue's tables write them.
const (
	Text   Kind = "text"
	Number Kind = "number" // in Attribute.Unit
	Bool   Kind = "boolean"
	One    Kind = "one"  // one of Attribute.Values
	Many   Kind = "many" // any of Attribute.Values
)

// Category is one node of the tree.
type Category struct {
	Code       string   // of the source: "hg-11-6-2-6"
	Parent     string   // code of the parent, "" at the top
	Slug       string   // unique in the whole tree, of letters, digits and hyphens
	RU, EN     string   // names
	Art        string   // kind of the drawn illustration, one of art.Kinds
	Hidden     bool     // not offered to shoppers or sellers: weapons, tobacco, live animals, adult goods
	Attributes []string // codes, in the order a form asks for them
	Level      int      // 0 at the top
	Position   int      // among its siblings
}

// Attribute describes goods of a category.
type Attribute struct {
	Code   string
	RU, EN string
	Kind   Kind
	Unit   string // of a Number: g, mm, ml, W, h … (UCUM); "" for a plain count
	Values []Value
}

// Value is one choice of an attribute. Its code is unique within the attribute.
type Value struct {
	Code   string
	RU, EN string
}

// Group is one entry of the storefront's first menu.
type Group struct {
	Slug       string   `toml:"slug"`
	RU         string   `toml:"ru"`
	EN         string   `toml:"en"`
	Art        string   `toml:"art"`
	Categories []string `toml:"categories"` // codes of the categories it opens
}

// Taxonomy is the whole tree. It is shared: do not change it.
type Taxonomy struct {
	Categories []Category  // parents before children
	Attributes []Attribute // those that some category uses, by code
	Groups     []Group

	category  map[string]int
	attribute map[string]int
	children  map[string][]string
}

// kept is the tree while somebody holds it, and its groups for good.
var kept struct {
	sync.Mutex
	tree   weak.Pointer[Taxonomy]
	groups []Group
}

// Load unpacks the embedded tree, or gives the one that somebody still holds: only the start of the program needs it,
// and its ten megabytes are not kept for the rest of the program's life.
func Load() (*Taxonomy, error) {
	kept.Lock()
	defer kept.Unlock()
	if t := kept.tree.Value(); t != nil {
		return t, nil
	}
	t, err := load()
	if err == nil {
		kept.tree, kept.groups = weak.Make(t), t.Groups
	}
	return t, err
}

// HomeGroups are Taxonomy.Groups, for pages: they are kept.
func HomeGroups() ([]Group, error) {
	kept.Lock()
	groups := kept.groups
	kept.Unlock()
	if groups != nil {
		return groups, nil
	}
	t, err := Load()
	if err != nil {
		return nil, err
	}
	return t.Groups, nil
}

// Category finds a category by its code.
func (t *Taxonomy) Category(code string) (Category, bool) {
	i, ok := t.category[code]
	if !ok {
		return Category{}, false
	}
	return t.Categories[i], true
}

// Attribute finds an attribute by its code.
func (t *Taxonomy) Attribute(code string) (Attribute, bool) {
	i, ok := t.attribute[code]
	if !ok {
		return Attribute{}, false
	}
	return t.Attributes[i], true
}

// Value finds a value of an attribute by its code.
func (a Attribute) Value(code string) (Value, bool) {
	for _, v := range a.Values {
		if v.Code == code {
			return v, true
		}
	}
	return Value{}, false
}

// Children lists the codes right below a category; "" asks for the top.
func (t *Taxonomy) Children(code string) []string { return t.children[code] }

// Ancestors yields the category and then each of its parents up to the top.
func (t *Taxonomy) Ancestors(code string) iter.Seq[Category] {
	return func(yield func(Category) bool) {
		for code != "" {
			c, ok := t.Category(code)
			if !ok || !yield(c) {
				return
			}
			code = c.Parent
		}
	}
}

// Below reports whether code is root or stands somewhere under it.
func Below(code, root string) bool {
	return code == root || len(code) > len(root) && code[:len(root)] == root && code[len(root)] == '-'
}
