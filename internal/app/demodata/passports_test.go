package demodata_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/demodata"
	"github.com/yarmarka/yarmarka/internal/export/hs"
)

// Every passport is of a card that exists, under a code that exists, in a shop that tells who it is.
func TestPassportsAreOfCards(t *testing.T) {
	t.Parallel()
	market, err := demodata.Load()
	if err != nil {
		t.Fatal(err)
	}
	senders, list, err := demodata.Passports()
	if err != nil {
		t.Fatal(err)
	}
	cards, shops, ready := map[string]bool{}, map[string]bool{}, 0
	for _, p := range market.Products {
		cards[p.ID] = true
	}
	for _, s := range market.Shops {
		shops[s.Slug] = true
	}
	for _, s := range senders {
		if !shops[s.Shop] {
			t.Errorf("there is no shop %s", s.Shop)
		}
	}
	for _, p := range list {
		if !cards[p.Card] {
			t.Errorf("there is no card %s", p.Card)
		}
		if p.Code != "" && !hs.Subheading(hs.Code(p.Code)) {
			t.Errorf("%s: there is no code %s", p.Card, p.Code)
		}
		if p.Code != "" && p.Packing > 0 && p.Size[2] > 0 && p.Year == 0 {
			ready++
		}
	}
	if ready*3 < len(list)*2 {
		t.Errorf("%d of %d are ready: most should be", ready, len(list))
	}
}
