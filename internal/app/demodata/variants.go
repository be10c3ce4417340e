package demodata

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
)

// variants makes one variant of every combination of the options' choices.
func (b *builder) variants(p *Product, cat taxonomy.Category, c card) error {
	combos := [][]Choice{nil}
	for _, line := range c.Options {
		o, choices, err := b.option(cat, line)
		if err != nil {
			return err
		}
		p.Options = append(p.Options, o)
		var next [][]Choice
		for _, combo := range combos {
			for _, choice := range choices {
				next = append(next, append(slices.Clone(combo), choice))
			}
		}
		combos = next
	}
	for i, combo := range combos {
		v := Variant{Choices: combo, Weight: grown(c.Weight, c.Grow, p.step(i, combos))}
		if !c.NoGTIN {
			v.GTIN = gtin13(between(p.ID, "gtin "+strconv.Itoa(i), 1, 999_999_999))
		}
		p.Variants = append(p.Variants, v)
	}
	return nil
}

// step is how many choices of the last option come before that of variant i.
func (p *Product) step(i int, combos [][]Choice) int {
	if len(p.Options) == 0 {
		return 0
	}
	seen := map[Choice]bool{}
	for _, combo := range combos[:i+1] {
		last := combo[len(combo)-1]
		if last == combos[i][len(combos[i])-1] {
			break
		}
		seen[last] = true
	}
	return len(seen)
}

// grown adds percent per step to n.
func grown(n, percent, steps int) int { return n + n*percent*steps/100 }

// option reads "color=black,red" or "Объём|Volume=250 мл|250 ml;1 л|1 l".
func (b *builder) option(cat taxonomy.Category, line string) (Option, []Choice, error) {
	name, list, ok := strings.Cut(line, "=")
	if !ok {
		return Option{}, nil, fmt.Errorf("option %q has no choices", line)
	}
	var choices []Choice
	if !slices.Contains(cat.Attributes, name) {
		if !strings.Contains(name, "|") {
			return Option{}, nil, fmt.Errorf("option %q is no attribute of %s and has no English name", name, cat.Code)
		}
		for s := range strings.SplitSeq(list, ";") {
			choices = append(choices, Choice{Text: both(s)})
		}
		return Option{Name: both(name)}, choices, nil
	}
	a, _ := b.tax.Attribute(name)
	for s := range strings.SplitSeq(list, ",") {
		v, ok := a.Value(s)
		if !ok {
			return Option{}, nil, fmt.Errorf("attribute %s has no value %q", name, s)
		}
		choices = append(choices, Choice{Code: s, Text: Text{v.RU, v.EN}})
	}
	return Option{Attribute: name, Name: Text{a.RU, a.EN}}, choices, nil
}

// offers gives every variant to every shop of the card, at that shop's price.
func (b *builder) offers(p *Product, c card) error {
	if c.Price[0] <= 0 || c.Price[1] < c.Price[0] {
		return fmt.Errorf("price band %v", c.Price)
	}
	combos := make([][]Choice, len(p.Variants))
	for i, v := range p.Variants {
		combos[i] = v.Choices
	}
	for n, slug := range c.Shops {
		shop, ok := b.market.shop(slug)
		if !ok {
			return fmt.Errorf("no shop %q", slug)
		}
		for i := range p.Variants {
			base := grown(between(p.ID, "price", c.Price[0], c.Price[1]), c.Grow, p.step(i, combos))
			p.Offers = append(p.Offers, offer(p.ID, shop, i, base, n > 0))
		}
	}
	return nil
}

// offer derives one shop's price, stock and price history for a variant. rival shops differ from
// the first by up to 9 %.
func offer(id string, shop Shop, variant, roubles int, rival bool) Offer {
	key := id + "/" + shop.Slug
	if rival {
		roubles += roubles * between(key, "price", -4, 9) / 100
	}
	o := Offer{Shop: shop.Slug, Variant: variant, Price: nice(roubles), Stock: stock(key + strconv.Itoa(variant)),
		SKU: sku(id, variant), DispatchDays: shop.DispatchDays}
	o.History = history(key, roubles, o.Price)
	return o
}

func sku(id string, variant int) string {
	return strings.ToUpper(id) + "-" + strconv.Itoa(variant+1)
}

// stock: most have enough, some are the last ones, a few are sold out.
func stock(key string) int {
	switch n := Derive(key, "stock") % 100; {
	case n < 5:
		return 0
	case n < 17:
		return 1 + int(n)%3
	default:
		return between(key, "stock left", 4, 80)
	}
}

// history: a quarter of the offers became cheaper within the last month, some dearer, the rest
// kept their price. The earlier price stood for weeks, so a discount shown from it is an honest one.
func history(key string, roubles int, price int64) []PricePoint {
	first := PricePoint{DaysAgo: between(key, "listed", 45, 200), Price: price}
	day := between(key, "changed", 1, 18)
	switch n := Derive(key, "history") % 100; {
	case n < 25:
		first.Price = nice(roubles * between(key, "was", 108, 130) / 100)
	case n < 35:
		first.Price = nice(roubles * between(key, "was", 90, 97) / 100)
	}
	if first.Price == price {
		return []PricePoint{first}
	}
	return []PricePoint{first, {DaysAgo: day, Price: price}}
}
