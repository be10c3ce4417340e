package taxonomy

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed shopify.tsv.gz curated.toml LICENSE-shopify
var files embed.FS

// curated is what we add to the source: see curated.toml.
type curated struct {
	Groups     []Group             `toml:"group"`
	Names      map[string][]string `toml:"names"`      // category code → ru, en ("" keeps)
	Attributes map[string][]string `toml:"attributes"` // attribute code → ru, en
	Values     map[string][]string `toml:"values"`     // "attribute.value" → ru, en
	Art        map[string]string   `toml:"art"`        // category code → kind, for its subtree
	Hidden     []string            `toml:"hidden"`     // codes, with their subtrees
	Many       []string            `toml:"many"`       // parts of attribute codes that allow several values
	Own        []ownAttribute      `toml:"own"`
}

// ownAttribute is an attribute that the source has not: it knows only lists of values.
type ownAttribute struct {
	Code   string     `toml:"code"`
	Kind   Kind       `toml:"kind"`
	Unit   string     `toml:"unit"`
	RU     string     `toml:"ru"`
	EN     string     `toml:"en"`
	For    []string   `toml:"for"`    // category codes with their subtrees; "*" is every category
	Values [][]string `toml:"values"` // code, ru, en
}

func load() (*Taxonomy, error) {
	raw, err := files.ReadFile("curated.toml")
	if err != nil {
		return nil, err
	}
	var c curated
	meta, err := toml.Decode(string(raw), &c)
	if err != nil {
		return nil, fmt.Errorf("curated.toml: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("curated.toml: unknown key %v", extra[0])
	}
	t := &Taxonomy{Groups: c.Groups, category: map[string]int{}, attribute: map[string]int{}, children: map[string][]string{}}
	if err := t.readSource(); err != nil {
		return nil, fmt.Errorf("shopify.tsv.gz: %w", err)
	}
	if err := c.check(t); err != nil {
		return nil, err
	}
	t.curateCategories(c)
	t.curateAttributes(c)
	t.dropUnused()
	return t, nil
}

// readSource reads the lines that gen wrote: c(ategory), a(ttribute), v(alue of the attribute above)
// and x, an attribute that borrows another's values.
func (t *Taxonomy) readSource() error {
	packed, err := files.ReadFile("shopify.tsv.gz")
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	lines := bufio.NewReader(z)
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.readLine(strings.Split(strings.TrimSuffix(line, "\n"), "\t")); err != nil {
			return err
		}
	}
}

func (t *Taxonomy) readLine(f []string) error {
	switch {
	case f[0] == "c" && len(f) == 5:
		t.addCategory(f[1], f[2], f[3], f[4])
	case f[0] == "a" && len(f) == 4:
		t.addAttribute(Attribute{Code: f[1], EN: f[2], RU: f[3], Kind: One})
	case f[0] == "v" && len(f) == 4:
		a := &t.Attributes[len(t.Attributes)-1]
		a.Values = append(a.Values, Value{Code: f[1], EN: f[2], RU: f[3]})
	case f[0] == "x" && len(f) == 5:
		from, ok := t.Attribute(f[4])
		if !ok {
			return fmt.Errorf("%s borrows from an unknown attribute %s", f[1], f[4])
		}
		t.addAttribute(Attribute{Code: f[1], EN: f[2], RU: f[3], Kind: One, Values: from.Values})
	default:
		return fmt.Errorf("unreadable line %q", f)
	}
	return nil
}

func (t *Taxonomy) addCategory(code, en, ru, attributes string) {
	c := Category{Code: code, EN: en, RU: ru, Art: "parcel", Level: strings.Count(code, "-")}
	if at := strings.LastIndex(code, "-"); at > 0 {
		c.Parent = code[:at]
	}
	if attributes != "" {
		c.Attributes = strings.Split(attributes, ",")
	}
	c.Position = len(t.children[c.Parent])
	t.children[c.Parent] = append(t.children[c.Parent], code)
	t.category[code] = len(t.Categories)
	t.Categories = append(t.Categories, c)
}

func (t *Taxonomy) addAttribute(a Attribute) {
	t.attribute[a.Code] = len(t.Attributes)
	t.Attributes = append(t.Attributes, a)
}

// dropUnused leaves out attributes that no category asks for and sorts the rest by code. The source
// gives two of them twice; the first counts.
func (t *Taxonomy) dropUnused() {
	used := map[string]bool{}
	for _, c := range t.Categories {
		for _, code := range c.Attributes {
			used[code] = true
		}
	}
	t.Attributes = slices.DeleteFunc(t.Attributes, func(a Attribute) bool { return !used[a.Code] })
	slices.SortStableFunc(t.Attributes, func(a, b Attribute) int { return strings.Compare(a.Code, b.Code) })
	t.Attributes = slices.CompactFunc(t.Attributes, func(a, b Attribute) bool { return a.Code == b.Code })
	clear(t.attribute)
	for i, a := range t.Attributes {
		t.attribute[a.Code] = i
	}
}
