package clearance_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
)

// Countries that the rules do not tell apart are decided about alike, whatever the thing.
func TestCountriesOfOneProfileAreDecidedAlike(t *testing.T) {
	t.Parallel()
	book, err := library(t).On(day)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"DE", "FR", "US", "KZ", "BY", "RS", "GE", "GB", "NO", "BR", "CN", "TR", "AE", "ZA", "MX", "RU"}
	alike := map[string][]string{}
	for _, c := range all {
		alike[book.Profile(c)] = append(alike[book.Profile(c)], c)
	}
	if len(alike) < 4 || book.Profile("DE") != book.Profile("FR") || book.Profile("DE") == book.Profile("RS") || book.Profile("ZA") != book.Profile("MX") {
		t.Fatalf("%d profiles: %q", len(alike), alike)
	}
	rapid.Check(t, func(rt *rapid.T) {
		l := thing(rapid.SampledFrom([]string{"630260", "442019", "970121", "711719", "220860", "330499", "330300", "490199", "270112", "100199", ""}).Draw(rt, "hs"),
			rapid.SampledFrom([]string{"Linen kitchen towel", "goods", "", "Полотенце"}).Draw(rt, "text"), func(l *clearance.Line) {
				l.YearMade, l.Mass = rapid.SampledFrom([]int{0, 1800, 1943, 2026}).Draw(rt, "year"), rapid.Bool().Draw(rt, "mass")
				l.Origin = rapid.SampledFrom([]string{"RU", "", "CN"}).Draw(rt, "origin")
			})
		p := clearance.Parcel{Contents: "goods", SellerKind: "company", WantsVAT0: rapid.Bool().Draw(rt, "vat"), Service: "parcel", Currency: "RUB",
			GrossGrams: 500, Value: 1, ValueRUB: 1, ValueSDR: 1, Lines: []clearance.Line{l}}
		for _, group := range alike {
			var first clearance.Decision
			for i, c := range group {
				p.Country = c
				d := book.Decide(&p)
				if i == 0 {
					first = d
				} else if diff := cmp.Diff(first, d, cmpopts.IgnoreUnexported(clearance.Finding{})); diff != "" {
					rt.Fatalf("%s and %s: %s", group[0], c, diff)
				}
			}
		}
	})
}
