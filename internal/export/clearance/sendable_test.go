package clearance_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
)

func thing(hs, text string, changes ...func(*clearance.Line)) clearance.Line {
	l := clearance.Line{SKU: "T", HS: hs, Sure: true, Text: text, Quantity: 1, NetGrams: 250, Value: 150000, Origin: "RU", YearMade: 2026, Mass: true}
	for _, change := range changes {
		change(&l)
	}
	return l
}

func TestACardRestsOnTheRulesForTheThing(t *testing.T) {
	t.Parallel()
	_, s := seeded(t)
	for name, tt := range map[string]struct {
		line    clearance.Line
		country string
		want    clearance.Verdict
	}{
		"a towel to Germany":    {thing(towelHS, "Linen kitchen towel"), "DE", clearance.Verdict{Outcome: clearance.Pass}},
		"a towel to Kazakhstan": {thing(towelHS, "Linen kitchen towel"), "KZ", clearance.Verdict{Outcome: clearance.Pass}},
		"wood to Germany":       {thing("442019", "Painted wooden box"), "DE", clearance.Verdict{Outcome: clearance.Refused, Then: "eu_import_ban", Rule: "import.eu-833", Step: 10}},
		"wood to Serbia":        {thing("442019", "Painted wooden box"), "RS", clearance.Verdict{Outcome: clearance.Pass}},
		"vodka to Serbia":       {thing("220860", "Vodka in a bottle"), "RS", clearance.Verdict{Outcome: clearance.Refused, Then: "alcohol", Rule: "post.alcohol", Step: 9}},
		"a ring to Serbia":      {thing("711719", "Brass ring with enamel"), "RS", clearance.Verdict{Outcome: clearance.Pass}},
		"no code yet":           {thing("", "Linen kitchen towel"), "RS", clearance.Verdict{Outcome: clearance.Needs, Then: "hs", Rule: "code.missing", Step: 6}},
		"an oil of 1990":        {thing("970191", "Oil painting, landscape", func(l *clearance.Line) { l.YearMade, l.Mass = 1990, false }), "RS", clearance.Verdict{Outcome: clearance.Needs, Then: "expert_opinion", Rule: "culture.art", Step: 11}},
		"at home":               {thing(towelHS, "Linen kitchen towel"), "RU", clearance.Verdict{Outcome: clearance.Route, Then: "domestic", Rule: "destination.home", Step: 1}},
	} {
		got, err := s.Sendable(t.Context(), tt.line, tt.country, day)
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, tt.want)
		}
	}
}

// What a card says is never milder than what the whole court finds on the same questions, nor harder.
func TestACardSaysWhatTheWholeDecisionFindsOfTheThing(t *testing.T) {
	t.Parallel()
	book, err := library(t).On(day)
	if err != nil {
		t.Fatal(err)
	}
	asked := []int{1, 6, 7, 8, 9, 10, 11, 12, 15}
	rapid.Check(t, func(rt *rapid.T) {
		l := thing(rapid.SampledFrom([]string{"630260", "442019", "970121", "711311", "220860", "850760", "490199", "9706900000", "44", ""}).Draw(rt, "hs"),
			rapid.SampledFrom([]string{"Linen kitchen towel", "goods", "", "Полотенце", "soldier helmet"}).Draw(rt, "text"), func(l *clearance.Line) {
				l.YearMade = rapid.SampledFrom([]int{0, 1800, 1943, 1976, 2020, 2026}).Draw(rt, "year")
				l.Mass, l.ByAuthor = rapid.Bool().Draw(rt, "mass"), rapid.Bool().Draw(rt, "own")
				l.Origin = rapid.SampledFrom([]string{"RU", "", "CN"}).Draw(rt, "origin")
			})
		country := rapid.SampledFrom([]string{"DE", "KZ", "US", "RS", "GB", "RU"}).Draw(rt, "country")
		want := clearance.Pass
		hard := []clearance.Outcome{clearance.Pass, clearance.Needs, clearance.Route, clearance.Refused}
		p := &clearance.Parcel{Contents: "goods", Country: country, Insured: true, Value: 1, ValueRUB: 1, Lines: []clearance.Line{l}}
		for _, f := range book.Decide(p).Findings {
			if slices.Contains(asked, f.Step) && slices.Index(hard, f.Outcome) > slices.Index(hard, want) {
				want = f.Outcome
			}
		}
		if got := book.Sendable(&l, country); got.Outcome != want || (got.Rule == "") != (want == clearance.Pass) {
			rt.Fatalf("%+v, the whole decision says %s", got, want)
		}
	})
}

// BenchmarkSendable judges one card by the rules that the program carries.
func BenchmarkSendable(b *testing.B) {
	book, err := library(b).On(day)
	if err != nil {
		b.Fatal(err)
	}
	l := thing(towelHS, "Linen kitchen towel, woven")
	b.ReportAllocs()
	for b.Loop() {
		book.Sendable(&l, "DE")
	}
}
