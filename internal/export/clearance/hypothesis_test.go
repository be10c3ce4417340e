package clearance_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
)

// anyLine is any thing that a passport could tell of, likely and unlikely.
func anyLine(rt *rapid.T, codes []string) clearance.Line {
	return clearance.Line{SKU: "S", HS: rapid.SampledFrom(codes).Draw(rt, "hs"), Sure: rapid.Bool().Draw(rt, "sure"),
		Text:     rapid.SampledFrom([]string{"Linen towel", "goods", "", "replica gun", "soldier helmet", "excavated ring", "mammoth ivory pendant", "coin"}).Draw(rt, "text"),
		TextRU:   rapid.SampledFrom([]string{"Полотенце", "", "шинель солдатская", "макет оружия", "монета", "икона музейного фонда"}).Draw(rt, "text_ru"),
		Quantity: rapid.IntRange(0, 3).Draw(rt, "qty"), NetGrams: rapid.Int64Range(0, 5000).Draw(rt, "net"), Value: 100,
		Origin: rapid.SampledFrom([]string{"RU", "", "CN"}).Draw(rt, "origin"), YearMade: rapid.SampledFrom([]int{0, -500, 1800, 1943, 1976, 2020, 2030}).Draw(rt, "year"),
		Mass: rapid.Bool().Draw(rt, "mass"), ByAuthor: rapid.Bool().Draw(rt, "own"), Collection: rapid.SampledFrom([]string{"", "museum", "private"}).Draw(rt, "collection"),
		Traits:    rapid.SliceOfN(rapid.SampledFrom([]string{"battery", "battery_loose", "liquid", "dual_use", "alcohol", "counterfeit"}), 0, 2).Draw(rt, "traits"),
		Documents: rapid.SliceOfN(rapid.SampledFrom([]string{"expert_opinion", "permit", "permit_needed", "culture_permit", "export_permit", "identification"}), 0, 2).Draw(rt, "papers")}
}

func anyParcel(rt *rapid.T, codes []string) *clearance.Parcel {
	p := &clearance.Parcel{Service: rapid.SampledFrom([]string{"", "letter", "small_packet", "m_bag", "parcel", "ems", "airmail"}).Draw(rt, "service"),
		Contents: rapid.SampledFrom([]string{"goods", "documents", "gift", ""}).Draw(rt, "contents"), Country: rapid.SampledFrom([]string{"DE", "KZ", "US", "RS", "BR", "GB", "RU", ""}).Draw(rt, "country"),
		SellerKind: rapid.SampledFrom([]string{"individual", "self_employed", "entrepreneur", "company", ""}).Draw(rt, "seller"),
		VATPayer:   rapid.Bool().Draw(rt, "vat"), WantsVAT0: rapid.Bool().Draw(rt, "vat0"), Signature: rapid.Bool().Draw(rt, "signature"), Insured: rapid.Bool().Draw(rt, "insured"),
		GrossGrams: rapid.Int64Range(0, 40000).Draw(rt, "gross"), Currency: "RUB", Value: 100, ValueRUB: 100, ValueSDR: rapid.Int64Range(0, 6_000_000).Draw(rt, "sdr"), ContractRUB: 100,
		Persons: []string{"Ivan Ivanov"}, Missing: rapid.SliceOfN(rapid.SampledFrom([]string{"consignee.phone", "consignee.tax_id", "consignee.height"}), 0, 2).Draw(rt, "missing"),
		Destination: rapid.SliceOfN(rapid.SampledFrom([]string{"closed", "forces_cn23", "item_stopped"}), 0, 1).Draw(rt, "destination")}
	for range rapid.IntRange(1, 3).Draw(rt, "lines") {
		p.Lines = append(p.Lines, anyLine(rt, codes))
	}
	return p
}

// codesOfTheLaw are codes that rules name, so that most of them speak, and some that no rule knows.
func codesOfTheLaw(lib *clearance.Library) []string {
	codes := []string{"", "44", "6302601", "630260", "691110", "9701910000", "970121", "920590", "850760", "8703230000"}
	for name, list := range lib.TablesOn(day).Lists {
		if slices.Contains([]string{"eu_833_groups", "eu_833_more", "us_ban", "other_ban", "quarantine", "veterinary", "export_ban_311", "export_permit_312", "dual_use", "export_duty", "post_doubtful"}, name) {
			for _, code := range list {
				codes = append(codes, (code + "000000")[:6])
			}
		}
	}
	slices.Sort(codes)
	return codes
}

// The book with its hypotheses turned into passes or refusals decides of everything as before: a guess asks a person, and
// whatever it would say it neither lets pass nor refuses.
func TestNoHypothesisOfTheLawPassesOrRefusesByItself(t *testing.T) {
	t.Parallel()
	lib := library(t)
	codes, books := codesOfTheLaw(lib), map[clearance.Outcome]*clearance.Book{}
	for _, outcome := range []clearance.Outcome{clearance.Pass, clearance.Needs, clearance.Refused} {
		turned := slices.Clone(lib.RulesOn(day))
		for i := range turned {
			if turned[i].Status == clearance.Hypothesis {
				turned[i].Outcome, turned[i].Then = outcome, "turned"
			}
		}
		book, err := clearance.Open(turned, lib.TablesOn(day), day)
		if err != nil {
			t.Fatal(err)
		}
		books[outcome] = book
	}
	spoke := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		p := anyParcel(rt, codes)
		asWritten := books[clearance.Needs].Decide(p)
		for _, outcome := range []clearance.Outcome{clearance.Pass, clearance.Refused} {
			if d := books[outcome].Decide(p); d.Outcome != asWritten.Outcome || d.Form != asWritten.Form {
				rt.Fatalf("as %s the hypotheses make it %s %s instead of %s %s", outcome, d.Outcome, d.Form, asWritten.Outcome, asWritten.Form)
			}
		}
		for _, f := range asWritten.Findings {
			if f.Status != clearance.Hypothesis {
				continue
			}
			spoke[f.Rule] = true
			if f.Outcome != clearance.Needs || f.Then != clearance.Human {
				rt.Fatalf("a hypothesis says more than that a person looks: %+v", f)
			}
			if asWritten.Outcome == clearance.Pass {
				rt.Fatalf("%s would be asked about, and the parcel passes: %+v", f.Rule, asWritten)
			}
		}
	})
	if len(spoke) < 10 {
		t.Errorf("only %d hypotheses spoke: %v", len(spoke), spoke)
	}
}

// A cultural object is not refused for want of a permit: it is asked for, and with it a person finds the way.
func TestAPermitIsAskedForAndNotARefusal(t *testing.T) {
	t.Parallel()
	book, err := library(t).On(day)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		papers []string
		want   string
	}{
		"nobody looked yet":           {nil, "needs human"},
		"it is no cultural object":    {[]string{"expert_opinion"}, "pass CN23"},
		"the expert says it is one":   {[]string{"permit_needed"}, "needs culture_permit"},
		"and the Ministry permits it": {[]string{"permit_needed", "culture_permit"}, "needs human"},
	} {
		p := parcelOf("RS", "741810", "Brass samovar", made(1890), papers(tt.papers...), func(p *clearance.Parcel) { p.Service = "parcel" })
		if got := says(book.Decide(p)); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// Into the USA nothing passes without their own ten digits; those of another nomenclature are none.
func TestTheUSAWantsItsOwnTenDigits(t *testing.T) {
	t.Parallel()
	book, err := library(t).On(day)
	if err != nil {
		t.Fatal(err)
	}
	own := func(p *clearance.Parcel) { p.Lines[0].HTSUS = towelHS + "0020" }
	for name, tt := range map[string]struct {
		p    *clearance.Parcel
		want string
	}{
		"six digits":            {parcelOf("US", towelHS, "Linen kitchen towel"), "needs htsus"},
		"the union's ten":       {parcelOf("US", towelHS+"0000", "Linen kitchen towel"), "needs htsus"},
		"their own ten":         {parcelOf("US", towelHS, "Linen kitchen towel", own), "pass CN23"},
		"both":                  {parcelOf("US", towelHS+"0000", "Linen kitchen towel", own), "pass CN23"},
		"elsewhere nobody asks": {parcelOf("RS", towelHS, "Linen kitchen towel"), "pass CN23"},
	} {
		if got := says(book.Decide(tt.p)); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}
