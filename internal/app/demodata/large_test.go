package demodata

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
)

func TestLargeHasExactlyWhatWasAsked(t *testing.T) {
	t.Parallel()
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLarge(20_000, 100)
	if err != nil {
		t.Fatal(err)
	}
	shops := map[string]bool{}
	for s := range l.Shops() {
		shops[s.Slug] = true
	}
	offers, titles, rivals := 0, map[string]bool{}, 0
	for p := range l.Products() {
		if titles[p.Title.RU] || titles[p.Title.EN] {
			t.Errorf("%s: title %q twice", p.ID, p.Title.RU)
		}
		titles[p.Title.RU], titles[p.Title.EN] = true, true
		checkTexts(t, p)
		cat, _ := tax.Category(p.Category)
		for _, o := range p.Options {
			if !slices.Contains(cat.Attributes, o.Attribute) {
				t.Errorf("%s: option %s", p.ID, o.Attribute)
			}
		}
		seen := map[[2]any]bool{}
		for _, o := range p.Offers {
			if !shops[o.Shop] || o.Variant >= len(p.Variants) || o.Price <= 0 {
				t.Fatalf("%s: offer %+v", p.ID, o)
			}
			key := [2]any{o.Shop, o.Variant}
			if seen[key] {
				t.Errorf("%s: %v twice", p.ID, key)
			}
			seen[key] = true
			if o.Shop != p.Offers[0].Shop {
				rivals++
			}
		}
		offers += len(p.Offers)
	}
	if offers != 20_000 || len(shops) != 100 || rivals < 5_000 {
		t.Errorf("%d offers, %d shops, %d rival offers", offers, len(shops), rivals)
	}
}

func TestLargeIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	first := func() []Product {
		l, err := NewLarge(50, 7)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Collect(l.Products())
	}
	if d := cmp.Diff(first(), first()); d != "" {
		t.Errorf("two runs differ:\n%s", d)
	}
	if _, err := NewLarge(0, 1); err == nil {
		t.Error("no offers were accepted")
	}
}

func BenchmarkLarge(b *testing.B) {
	l, err := NewLarge(10_000, 2_000)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for range l.Products() {
		}
	}
}
