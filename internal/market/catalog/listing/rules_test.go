package listing_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1,50": "1.5", "12 000": "12000", "0007": "7", "-5": "-5", "0,0": "0", "3.1415": "3.1415",
		"": "", "1e2": "", "1.23456": "", "12345678901234": "", "１": "", "5 шт": "", "1.": "", "--1": "", "1.2.3": "",
	} {
		if got, ok := listing.ParseNumber(text); got != want || ok != (want != "") {
			t.Errorf("ParseNumber(%q) = %q %v, want %q", text, got, ok, want)
		}
	}
}

func TestCompletenessAddsUp(t *testing.T) {
	t.Parallel()
	asked := []catalog.FormAttribute{{ID: 1, NameRU: "Вес"}, {ID: 2, NameRU: "Цвет", Required: true}, {ID: 3, NameRU: "Объём"}}
	for name, card := range map[string]catalog.Card{
		"empty": {}, "some": {Title: catalog.Text{RU: "Кофемолка ручная «Тула», 25 г"}, Brand: "Тула", Photos: []catalog.CardPhoto{{}},
			Specs: []catalog.Spec{{AttributeID: 2}}},
	} {
		percent, gaps := listing.Completeness(card, asked)
		for _, g := range gaps {
			percent += g.Points
		}
		if percent != 100 {
			t.Errorf("%s: what is there and what is missing make %d", name, percent)
		}
	}
	if percent, _ := listing.Completeness(catalog.Card{}, asked); percent != 0 {
		t.Errorf("an empty card is %d%% full", percent)
	}
}
