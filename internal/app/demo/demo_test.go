package demo

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/demodata"
)

// TestByNewness looks at the dozen that leads among the new goods: twelve drawings, no plain parcel.
func TestByNewness(t *testing.T) {
	t.Parallel()
	market, err := demodata.Load()
	if err != nil {
		t.Fatal(err)
	}
	products := byNewness(market.Products)
	if len(products) != len(market.Products) {
		t.Fatalf("%d products of %d", len(products), len(market.Products))
	}
	arts := map[string]string{}
	for _, p := range products[len(products)-12:] {
		if other, twice := arts[p.Art]; twice || p.Art == "parcel" || p.Source != demodata.Authored {
			t.Errorf("%s (%s) of %s beside %s", p.ID, p.Art, p.Source, other)
		}
		arts[p.Art] = p.ID
	}
}
