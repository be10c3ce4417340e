package demodata

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
)

// card is one [[card]] of a file in cards/. Texts in both languages that fit on a line are written
// "русский|English".
type card struct {
	ID      string         `toml:"id"`
	Cat     string         `toml:"cat"`
	Brand   string         `toml:"brand"`
	Part    string         `toml:"part"`
	Title   string         `toml:"title"`
	RU      string         `toml:"ru"` // description
	EN      string         `toml:"en"`
	Attrs   map[string]any `toml:"attrs"`
	Options []string       `toml:"options"` // "color=black,red" or "Объём|Volume=250 мл|250 ml;1 л|1 l"
	Grow    int            `toml:"grow"`    // per cent of price and weight that each next choice of the last option adds
	Price   [2]int         `toml:"price"`   // band in roubles
	Weight  int            `toml:"weight"`  // grams, packed
	Shops   []string       `toml:"shops"`
	Art     string         `toml:"art"` // "" takes the category's
	Palette string         `toml:"palette"`
	Photo   string         `toml:"photo"`
	NoGTIN  bool           `toml:"no_gtin"` // made by hand or sold by weight
}

// cardFile holds what its cards share.
type cardFile struct {
	Source string   `toml:"source"`
	Shops  []string `toml:"shops"` // of cards that name none
	Card   []card   `toml:"card"`
}

type builder struct {
	tax    *taxonomy.Taxonomy
	market *Market
}

func (b *builder) cards(path string) error {
	var f cardFile
	if err := decode(path, &f); err != nil {
		return err
	}
	var all []error
	for _, c := range f.Card {
		if len(c.Shops) == 0 {
			c.Shops = f.Shops
		}
		p, err := b.product(c)
		if err != nil {
			all = append(all, fmt.Errorf("%s: %w", c.ID, err))
			continue
		}
		p.Source = f.Source
		if p.Source == "" {
			p.Source = Authored
		}
		b.market.Products = append(b.market.Products, p)
	}
	return errors.Join(all...)
}

func (b *builder) product(c card) (Product, error) {
	cat, ok := b.tax.Category(c.Cat)
	if !ok || cat.Hidden {
		return Product{}, fmt.Errorf("no category %q", c.Cat)
	}
	p := Product{ID: c.ID, Category: c.Cat, Brand: c.Brand, Part: c.Part, Title: both(c.Title), Art: c.Art,
		About: Text{strings.TrimSpace(c.RU), strings.TrimSpace(c.EN)}, Palette: c.Palette, Photo: c.Photo}
	if p.Art == "" {
		p.Art = cat.Art
	}
	if p.Palette == "" {
		p.Palette = Palettes[Derive(c.ID, "palette")%uint64(len(Palettes))]
	}
	var err error
	if p.Attrs, err = b.attrs(cat, c.Attrs); err != nil {
		return Product{}, err
	}
	if err := b.variants(&p, cat, c); err != nil {
		return Product{}, err
	}
	return p, b.offers(&p, c)
}

func (b *builder) attrs(cat taxonomy.Category, given map[string]any) ([]Attr, error) {
	var list []Attr
	for _, code := range slices.Sorted(maps.Keys(given)) {
		a, ok := b.tax.Attribute(code)
		if !ok || !slices.Contains(cat.Attributes, code) {
			return nil, fmt.Errorf("category %s has no attribute %q", cat.Code, code)
		}
		v, err := readAttr(a, given[code])
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", code, err)
		}
		list = append(list, v)
	}
	return list, nil
}

func readAttr(a taxonomy.Attribute, given any) (Attr, error) {
	v := Attr{Code: a.Code}
	switch x := given.(type) {
	case int64:
		v.Number = float64(x)
		return v, expect(a, taxonomy.Number)
	case float64:
		v.Number = x
		return v, expect(a, taxonomy.Number)
	case bool:
		v.Flag = x
		return v, expect(a, taxonomy.Bool)
	case string:
		if a.Kind == taxonomy.Text {
			v.Text = both(x)
			return v, nil
		}
		v.Values = strings.Split(x, ",")
	default:
		return v, fmt.Errorf("%T is not a value", given)
	}
	for _, code := range v.Values {
		if _, ok := a.Value(code); !ok {
			return v, fmt.Errorf("no value %q", code)
		}
	}
	if len(v.Values) > 1 {
		return v, expect(a, taxonomy.Many)
	}
	return v, nil
}

func expect(a taxonomy.Attribute, kind taxonomy.Kind) error {
	if a.Kind != kind {
		return fmt.Errorf("its kind is %s, not %s", a.Kind, kind)
	}
	return nil
}
