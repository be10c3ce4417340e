package search_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/search"
)

// By the whole price what goes comes first, then what stays at home, and at the end what nobody sells now.
func TestByTheWholePrice(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	away := func(d *search.Doc) {
		d.Variants[0].Send(search.Away{Class: 1, Grams: 100, Offer: d.RefID, Price: d.Variants[0].Price})
	}
	if err := search.Put(t.Context(), pool, []search.Doc{
		thing(1, "Кружка", func(d *search.Doc) { d.Price, d.OfferID, d.InStock, d.Variants = 0, 0, false, nil }),
		thing(2, "Ложка", with(variant(1000))), thing(3, "Вилка", with(variant(9000)), away), thing(4, "Нож", with(variant(5000)), away),
	}); err != nil {
		t.Fatal(err)
	}
	s := search.New(pool, search.Options{Ways: func(context.Context, string) (*search.Way, error) {
		return search.NewWay([]int64{1}, func(a search.Away) (int64, bool) { return a.Price + 500, true }), nil
	}})
	res := ask(t, s, search.Params{Kind: search.Goods, Country: "DE", Sort: search.Landed})
	var list []int64
	for _, h := range res.Hits {
		list = append(list, h.RefID)
	}
	if diff := cmp.Diff([]int64{4, 3, 2, 1}, list); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
