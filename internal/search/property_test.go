package search_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/search"
)

// shop makes n things with random variants, the same for the same seed.
func shop(seed uint64, n int) []search.Doc {
	r := rand.New(rand.NewPCG(seed, 1))
	var docs []search.Doc
	for i := range n {
		docs = append(docs, thing(int64(i+1), fmt.Sprintf("Кружка номер %d", i+1), func(d *search.Doc) {
			d.Variants = nil
			for range r.IntN(4) {
				d.Variants = append(d.Variants, variant(int64(100*(1+r.IntN(5))), colour, int64(blue+r.IntN(3)), size, int64(medium+r.IntN(3))))
			}
			d.Price, d.InStock = 0, len(d.Variants) > 0
			for _, v := range d.Variants {
				if d.Price == 0 || v.Price < int64(d.Price) {
					d.Price = money.Amount(v.Price)
				}
			}
			d.Brand, d.Popularity, d.Rating, d.Reviews = int64(1+r.IntN(3)), r.Float64(), 30+r.IntN(20), r.IntN(9)
			d.Categories = []int64{kitchen, int64(grinders + r.IntN(3))}
		}))
	}
	return docs
}

// meets says by brute force whether a document meets the filters.
func meets(d search.Doc, p search.Params) bool {
	in := func(list []string, id int64) bool { return slices.Contains(list, fmt.Sprint(id)) }
	if len(p.Brands) > 0 && !in(p.Brands, d.Brand) {
		return false
	}
	if len(p.Attrs) == 0 && p.PriceMin == 0 && p.PriceMax == 0 {
		return true
	}
	return slices.ContainsFunc(d.Variants, func(v search.Variant) bool {
		if p.PriceMin > 0 && v.Price < int64(p.PriceMin) || p.PriceMax > 0 && v.Price > int64(p.PriceMax) {
			return false
		}
		for a, values := range p.Attrs {
			if !slices.ContainsFunc(v.Pairs, func(pr search.Pair) bool { return fmt.Sprint(pr.Attr) == a && in(values, pr.Value) }) {
				return false
			}
		}
		return true
	})
}

func TestEveryCountIsWhatAClickFinds(t *testing.T) {
	t.Parallel()
	docs := shop(7, 60)
	s, _ := put(t, docs...)
	r := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		p := search.Params{Q: "кружка", Attrs: map[string][]string{}}
		if r.IntN(2) == 0 {
			p.Attrs["1"] = []string{fmt.Sprint(blue + r.IntN(3))}
		}
		if r.IntN(2) == 0 {
			p.Attrs["2"] = []string{fmt.Sprint(medium + r.IntN(3))}
		}
		if r.IntN(3) == 0 {
			p.Brands = []string{fmt.Sprint(1 + r.IntN(3))}
		}
		if r.IntN(3) == 0 {
			p.PriceMin, p.PriceMax = money.Amount(100*r.IntN(3)), money.Amount(100*(3+r.IntN(3)))
		}
		res := ask(t, s, p)
		want := brute(docs, p)
		if res.Total != want {
			t.Fatalf("%+v: total %d, want %d", p, res.Total, want)
		}
		for _, f := range res.Attrs {
			for _, o := range f.Options {
				click := p
				click.Attrs = map[string][]string{}
				for a, v := range p.Attrs {
					click.Attrs[a] = v
				}
				click.Attrs[fmt.Sprint(f.Attr)] = []string{fmt.Sprint(o.ID)}
				if want := brute(docs, click); o.Count != want {
					t.Fatalf("%+v: attribute %d value %d says %d, a click finds %d", p, f.Attr, o.ID, o.Count, want)
				}
			}
		}
		for _, o := range res.Brands.Options {
			click := p
			click.Brands = []string{fmt.Sprint(o.ID)}
			if want := brute(docs, click); o.Count != want {
				t.Fatalf("%+v: brand %d says %d, a click finds %d", p, o.ID, o.Count, want)
			}
		}
	}
}

func brute(docs []search.Doc, p search.Params) int {
	n := 0
	for _, d := range docs {
		if meets(d, p) {
			n++
		}
	}
	return n
}

func TestPagesShowEverythingOnceInEveryOrder(t *testing.T) {
	t.Parallel()
	docs := shop(11, 53)
	s, pool := put(t, docs...)
	for _, q := range []string{"кружка", ""} {
		for _, sort := range search.Sorts {
			seen := map[int64]int{}
			p := search.Params{Q: q, Sort: sort, Limit: 7}
			for page := 0; ; page++ {
				res := ask(t, s, p)
				if res.Total != len(docs) {
					t.Fatalf("%q by %s, page %d: total %d", q, sort, page, res.Total)
				}
				for _, h := range res.Hits {
					seen[h.RefID]++
				}
				if res.NextCursor == "" {
					break
				}
				p.After = res.NextCursor
			}
			for _, d := range docs {
				if seen[d.RefID] != 1 {
					t.Errorf("%q by %s: thing %d was shown %d times", q, sort, d.RefID, seen[d.RefID])
				}
			}
		}
	}
	// A new first thing between two pages neither repeats nor hides an old one.
	p := search.Params{Q: "кружка", Sort: search.Newest, Limit: 7}
	first := ask(t, s, p)
	newer := thing(999, "Кружка новейшая", func(d *search.Doc) { d.Published = d.Published.AddDate(1, 0, 0) })
	if err := search.Put(t.Context(), pool, []search.Doc{newer}); err != nil {
		t.Fatal(err)
	}
	p.After = first.NextCursor
	for _, id := range ids(ask(t, s, p).Hits) {
		if slices.Contains(ids(first.Hits), id) || id == 999 {
			t.Errorf("thing %d was repeated after an insert", id)
		}
	}
}

func TestOrdersHold(t *testing.T) {
	t.Parallel()
	s, _ := put(t, shop(5, 40)...)
	prices := func(sort search.Sort) (out []money.Amount) {
		for _, h := range ask(t, s, search.Params{Q: "кружка", Sort: sort, PriceMin: 1, Limit: 100}).Hits {
			out = append(out, h.Price)
		}
		return out
	}
	if p := prices(search.Cheap); !slices.IsSorted(p) {
		t.Errorf("cheapest first: %v", p)
	}
	p := prices(search.Dear)
	slices.Reverse(p)
	if !slices.IsSorted(p) {
		t.Errorf("dearest first, reversed: %v", p)
	}
}
