package demodata

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
)

// vocabulary is large.toml, the words of the large market.
type vocabulary struct {
	Series     []string   `toml:"series"`
	Adjectives [][]string `toml:"adjectives"`
	Brands     []string   `toml:"brands"`
	Cities     []string   `toml:"cities"`
	Kinds      [][]string `toml:"kinds"`

	kinds []kind
}

// kind is one sort of goods of the large market.
type kind struct {
	category string
	gender   int // index into an adjective's forms
	name     Text
	from, to int // roubles
	weight   int
	option   Option
	choices  []Choice
	art      string
}

var words = sync.OnceValues(func() (*vocabulary, error) {
	m, err := Load()
	if err != nil {
		return nil, err
	}
	var v vocabulary
	if err := decode("large.toml", &v); err != nil {
		return nil, err
	}
	b := builder{market: m}
	if b.tax, err = taxonomy.Load(); err != nil {
		return nil, err
	}
	for _, f := range v.Kinds {
		k, err := b.kind(f)
		if err != nil {
			return nil, fmt.Errorf("large.toml: %v: %w", f, err)
		}
		v.kinds = append(v.kinds, k)
	}
	return &v, nil
})

func (b *builder) kind(f []string) (kind, error) {
	if len(f) != 8 {
		return kind{}, fmt.Errorf("%d fields, want 8", len(f))
	}
	cat, ok := b.tax.Category(f[0])
	if !ok || cat.Hidden {
		return kind{}, fmt.Errorf("no category %q", f[0])
	}
	k := kind{category: f[0], gender: strings.Index("mfnp", f[1]), name: both(f[2]), art: cat.Art}
	var err error
	for i, n := range []*int{&k.from, &k.to, &k.weight} {
		if *n, err = strconv.Atoi(f[3+i]); err != nil {
			return kind{}, err
		}
	}
	if f[6] != "" {
		k.option, k.choices, err = b.option(cat, f[6]+"="+f[7])
	}
	return k, err
}

// Large is a market of exactly so many offers by so many sellers, made card by card from words and
// hashes: the same for the same numbers on every machine, and never in memory as a whole. Sellers
// are those of LargeShops. It is for measuring and is labelled as such.
type Large struct {
	offers, sellers int
	v               *vocabulary
}

// NewLarge prepares the words; offers and sellers must be positive.
func NewLarge(offers, sellers int) (*Large, error) {
	if offers < 1 || sellers < 1 {
		return nil, fmt.Errorf("large market of %d offers and %d sellers", offers, sellers)
	}
	v, err := words()
	if err != nil {
		return nil, err
	}
	return &Large{offers: offers, sellers: sellers, v: v}, nil
}

// Shops yields the sellers.
func (l *Large) Shops() iter.Seq[Shop] {
	return func(yield func(Shop) bool) {
		for i := range l.sellers {
			if !yield(l.shop(i)) {
				return
			}
		}
	}
}

func shopSlug(i int) string { return fmt.Sprintf("lavka-%04d", i+1) }

func (l *Large) shop(i int) Shop {
	slug := shopSlug(i)
	e := shopEntry{Slug: slug, Name: "Лавка " + both(pick(l.v.Series, slug, "name")).RU + " № " + strconv.Itoa(i+1),
		City: pick(l.v.Cities, slug, "city"), Owner: "Владелец " + strconv.Itoa(i+1) + "|Owner " + strconv.Itoa(i+1),
		Email: slug + "@example.com", Form: "ip", Address: "Демонстрационный адрес", Phone: fmt.Sprintf("+7000%07d", i+1),
		AboutRU: "Магазин для проверки скорости: товары и цены придуманы.",
		AboutEN: "A shop for measuring speed: its goods and prices are made up.",
		Trusted: true, Dispatch: between(slug, "dispatch", 0, 3), Transit: between(slug, "transit", 1, 6),
		Courier: []int64{int64(between(slug, "courier", 19, 49)) * 10, 5000, 2, 6}, Post: []int64{0, 0, 4, 10}}
	return e.shop(1000 + i)
}

// Products yields the cards. Each has up to three variants, and one to four sellers who offer every
// one of them, so that comparing sellers has something to compare.
func (l *Large) Products() iter.Seq[Product] {
	return func(yield func(Product) bool) {
		for i, left := 0, l.offers; left > 0; i++ {
			p := l.product(i)
			p.Offers = p.Offers[:min(left, len(p.Offers))]
			left -= len(p.Offers)
			if !yield(p) {
				return
			}
		}
	}
}

func (l *Large) product(i int) Product {
	id := "large-" + strconv.Itoa(i)
	k := l.v.kinds[Derive(id, "kind")%uint64(len(l.v.kinds))]
	adj := l.v.Adjectives[Derive(id, "adjective")%uint64(len(l.v.Adjectives))]
	series, brand := both(pick(l.v.Series, id, "series")), pick(l.v.Brands, id, "brand")
	part := fmt.Sprintf("%c%c-%d", 'A'+rune(Derive(id, "letter")%26), 'A'+rune(Derive(id, "letter 2")%26), i)
	p := Product{ID: id, Source: Authored, Category: k.category, Brand: brand, Part: part, Art: k.art,
		Palette: pick(Palettes, id, "palette"),
		Title: Text{upper(adj[k.gender] + " " + k.name.RU + " «" + series.RU + "» " + part),
			upper(adj[4] + " " + k.name.EN + " " + series.EN + " " + part)},
		About: Text{"Карточка для проверки скорости: товар придуман. Серия «" + series.RU + "».",
			"A card for measuring speed: the product is made up. The " + series.EN + " series."}}
	l.fill(&p, k)
	return p
}

func (l *Large) fill(p *Product, k kind) {
	p.Variants = []Variant{{Weight: k.weight}}
	if k.option.Attribute != "" {
		p.Options, p.Variants = []Option{k.option}, nil
		for _, c := range k.choices[:min(len(k.choices), between(p.ID, "variants", 1, 3))] {
			p.Variants = append(p.Variants, Variant{Choices: []Choice{c}, Weight: k.weight})
		}
	}
	// Prices crowd at the low end of the band, as prices do.
	span := between(p.ID, "price", 0, 1000) * between(p.ID, "price again", 0, 1000) / 1000
	base := k.from + (k.to-k.from)*span/1000
	first, step := between(p.ID, "seller", 0, l.sellers-1), between(p.ID, "next seller", 1, 97)
	seen := map[int]bool{}
	for n := range between(p.ID, "sellers", 1, 4) {
		at := (first + n*step) % l.sellers
		if seen[at] {
			continue
		}
		seen[at] = true
		slug := shopSlug(at)
		shop := Shop{Slug: slug, DispatchDays: between(slug, "dispatch", 0, 3)}
		for v := range p.Variants {
			p.Offers = append(p.Offers, offer(p.ID, shop, v, base, n > 0))
		}
	}
}

func pick(list []string, id, field string) string { return list[Derive(id, field)%uint64(len(list))] }

func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
