package abroad_test

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/search"
)

var world240 = []string{"DE", "FR", "US", "KZ", "BY", "RS", "GE", "GB", "NO", "CH", "BR", "CN", "TR", "AE", "ZA", "MX", "IL", "JP"}

// mapped gives the world what the index asks of it: the same post, that names no price but when it is asked.
func (w *world) mapped(t testing.TB) {
	t.Helper()
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	w.Book = func(_ context.Context, day time.Time) (*clearance.Book, error) { return lib.On(day) }
	w.Edition = func(context.Context) (int64, error) { return 1, nil }
	w.Network = func(context.Context, time.Time) (abroad.Network, error) {
		return abroad.Network{Countries: world240,
			Profile: func(c string) string { return strconv.FormatBool(slices.Contains(w.closed, c)) },
			Carriers: func(a postal.Ask) []postal.Candidate {
				list := w.candidates(a)
				return slices.DeleteFunc(list, func(c postal.Candidate) bool { return !c.Fits() })
			},
			Fares: func(context.Context, string) (abroad.Fares, error) {
				return func(object int, _ int64) (postal.Fare, bool) {
					i := slices.IndexFunc(carrier, func(s serviceOfPost) bool { return s.object == object })
					return postal.Fare{Price: carrier[i].price}, i >= 0
				}, nil
			}}, nil
	}
	w.Forget()
}

// drawn is a thing of any kind: banned here and there or nowhere, light or heavy, known well or badly.
func drawn(rt *rapid.T) goods.Passport {
	p := ready(1)
	p.HS = rapid.SampledFrom([]string{"610910", "442019", "330499", "711719", "220860", "970121", "850760", "490199", "160420", "640399", "293621", "930200", "120991", "854231", ""}).Draw(rt, "hs")
	p.TNVED = ""
	if rapid.Bool().Draw(rt, "ten digits") && p.HS != "" {
		p.TNVED = p.HS + "0000"
	}
	p.GrossGrams = rapid.SampledFrom([]int64{1, 400, 1999, 2000, 2001, 19_999, 20_001, 30_000, 30_001}).Draw(rt, "grams")
	p.NetGrams = min(p.GrossGrams, 300)
	p.LengthMM = rapid.SampledFrom([]int64{100, 600, 601, 1050, 1051, 1500, 1501}).Draw(rt, "mm")
	p.Origin = rapid.SampledFrom([]string{"RU", "CN", ""}).Draw(rt, "origin")
	p.TextEN = rapid.SampledFrom([]string{"Knitted T-shirt of cotton with a printed pattern", "goods", "Oil painting on canvas", "airsoft pistol"}).Draw(rt, "text")
	p.YearMade = rapid.SampledFrom([]int{0, 1890, 1960, 2026}).Draw(rt, "year")
	p.Mass = rapid.Bool().Draw(rt, "mass")
	p.Unique = !p.Mass
	p.Abroad = rapid.IntRange(0, 9).Draw(rt, "offered") > 0
	p.Traits = rapid.SampledFrom([][]string{nil, {"battery"}, {"battery_loose"}, {"perishable"}, {"liquid"}}).Draw(rt, "traits")
	p.Documents = rapid.SampledFrom([][]string{nil, {"expert_opinion"}, {"permit"}, {"phytosanitary"}}).Draw(rt, "documents")
	return p
}

// The filter of a list promises exactly what the page of the thing offers, for any thing, seller, price and country; and
// the sum that a list is ordered by is what the card of the thing adds up to, where that is known.
func TestAListSaysWhatThePageSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		w.closed = rapid.SampledFrom([][]string{nil, {"DE"}, {"KZ", "US", "RS"}}).Draw(rt, "closed")
		w.mapped(t)
		p := drawn(rt)
		w.passports = map[int64]goods.Passport{1: p}
		terms := w.terms[1]
		terms.Kind = rapid.SampledFrom([]string{"entrepreneur", "company", "individual", "self_employed", ""}).Draw(rt, "kind")
		terms.KPP = "770701001"
		terms.VATPayer = rapid.Bool().Draw(rt, "vat")
		terms.WantsVAT0 = terms.VATPayer && rapid.Bool().Draw(rt, "vat0")
		terms.Signature = rapid.Bool().Draw(rt, "signature")
		w.terms = map[int64]goods.SellerTerms{1: terms}
		if rapid.Bool().Draw(rt, "agency") {
			its := contract.Contract{SellerID: 1, Kind: contract.Agency, Market: rapid.SampledFrom([]string{"", "DE", "KZ"}).Draw(rt, "market"),
				SumRUB: money.Amount(rapid.SampledFrom([]int64{0, 999_000_00, 1_000_000_00, 9_990_000_00}).Draw(rt, "sum"))}
			if rapid.Bool().Draw(rt, "papers") {
				its.Accepted = &now
			}
			w.contracts = map[int64][]contract.Contract{1: {its}}
		}
		price := money.Amount(rapid.SampledFrom([]int64{1, 99_00, 2000_00, 14_000_00, 999_999_99, 1_000_000_00, 1_000_000_01, 11_000_000_00}).Draw(rt, "price"))
		ways, err := w.WaysOf(t.Context(), p, terms, price)
		if err != nil {
			rt.Fatal(err)
		}
		for _, country := range world240 {
			ans := w.judge(t, country, abroad.Item{OfferID: 1, Qty: 1, Value: price})
			if by, goes := ways[country]; goes != ans.May() {
				rt.Fatalf("to %s the list says %v (%v), the page %v: %+v", country, goes, by, ans.May(), ans.Decision.Findings)
			}
			if !ans.May() {
				continue
			}
			c, _ := ans.Chosen()
			sum, known, err := w.LandedOf(t.Context(), country, ways[country], search.Away{Class: 1, Grams: p.GrossGrams, Offer: 1, Price: int64(price)})
			card := price + c.Price + ans.Duty + ans.Tax
			// Of what the rows do not speak of the card says that it is not known, and the list counts the least of it.
			same := sum == card || ans.DutyNote == abroad.NoteOver && sum > card
			if err != nil || !known || !same || !slices.Contains(ways[country], c.Object) {
				rt.Fatalf("to %s by %d of %v: the list takes it to come to %d (%v), the card to %d (%v)", country, c.Object, ways[country], sum, known, card, err)
			}
		}
	})
}

// BenchmarkWays finds out where one thing may be sent in all the world.
func BenchmarkWays(b *testing.B) {
	w := newWorld(b)
	w.mapped(b)
	for b.Loop() {
		if _, err := w.WaysOf(b.Context(), w.passports[1], w.terms[1], 2000_00); err != nil {
			b.Fatal(err)
		}
	}
}
