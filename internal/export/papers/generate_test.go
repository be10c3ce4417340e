package papers_test

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

var (
	latinLetters   = []rune("abcdefghijklmnopqrstuvwxyzABCDWXZäöüßéèçñøåşșțłŁžŽğİőĀū0123456789 .,-/'\"&<>()#%;:+*=@")
	russianLetters = []rune("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБЩЖЫ «»—№0123456789\"&<>,.()")
)

// latin draws a text that begins with a letter, so that it is not empty once spaces are made single.
func latin(most int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return "a" + rapid.StringOfN(rapid.RuneFrom(latinLetters), 0, most-1, -1).Draw(t, "text")
	})
}

func maybe(g *rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.OneOf(rapid.Just(""), g)
}

func aNumber(t *rapid.T) s10.Number {
	serial := rapid.StringMatching(`[0-9]{8}`).Draw(t, "serial")
	return s10.Number(rapid.SampledFrom([]string{"CC", "RA", "EE", "LZ", "UA"}).Draw(t, "service") + serial + string(s10.CheckDigit(serial)) + "RU")
}

func aParty(t *rapid.T, name string) papers.Party {
	countries := []string{"DE", "FR", "US", "BR", "KZ", "RO", "TR", "CI", "GB"}
	p := papers.Party{Name: latin(80).Draw(t, name), Organization: maybe(latin(80)).Draw(t, "org"), Street: latin(160).Draw(t, "street"), City: latin(60).Draw(t, "city"),
		Region: maybe(latin(60)).Draw(t, "region"), Postcode: rapid.StringMatching(`[A-Z0-9]{3,8}`).Draw(t, "postcode"), Country: rapid.SampledFrom(countries).Draw(t, "country"),
		Phone: maybe(rapid.StringMatching(`\+[0-9]{7,14}`)).Draw(t, "phone"), Email: maybe(rapid.StringMatching(`[a-z]{1,20}@[a-z]{1,20}\.com`)).Draw(t, "email")}
	if name == "sender" {
		p.Country, p.INN, p.KPP = "RU", rapid.StringMatching(`[0-9]{10}`).Draw(t, "inn"), maybe(rapid.StringMatching(`[0-9]{9}`)).Draw(t, "kpp")
		p.Kind = rapid.SampledFrom([]string{"individual", "entrepreneur", "company"}).Draw(t, "kind")
	}
	return p
}

func aLine(t *rapid.T) papers.Line {
	return papers.Line{TextEN: latin(200).Draw(t, "en"), TextRU: rapid.StringOfN(rapid.RuneFrom(russianLetters), 0, 200, -1).Draw(t, "ru"),
		Brand: maybe(latin(40)).Draw(t, "brand"), Quantity: rapid.Int64Range(1, 9999).Draw(t, "quantity"), Unit: rapid.SampledFrom([]string{"", "set", "pair"}).Draw(t, "unit"),
		NetGrams: rapid.Int64Range(1, 30000).Draw(t, "net"), Value: money.Amount(rapid.Int64Range(1, 9_999_999_999_999).Draw(t, "value")),
		HS: rapid.StringMatching(`[0-9]{6}([0-9]{2}([0-9]{2})?)?`).Draw(t, "hs"), Origin: rapid.SampledFrom([]string{"RU", "CN", "BY"}).Draw(t, "origin")}
}

// anyRecord draws a parcel that may be declared: with texts as long as they may be, in all letters the forms take.
func anyRecord() *rapid.Generator[papers.Record] {
	return rapid.Custom(func(t *rapid.T) papers.Record {
		r := papers.Record{Number: "P-1", Order: "2026-1-1", S10: aNumber(t), Operator: "Russian Post", Form: rapid.SampledFrom([]string{papers.FormCN22, papers.FormCN23}).Draw(t, "form"),
			Object: rapid.SampledFrom([]int{5001, 5011, 4031, 4021, 7031}).Draw(t, "object"), Sender: aParty(t, "sender"), Consignee: aParty(t, "consignee"),
			Importer: papers.Importer{Reference: maybe(latin(60)).Draw(t, "importer"), VATNumber: maybe(rapid.StringMatching(`[A-Z]{2}[0-9]{9}`)).Draw(t, "vat")},
			Contents: rapid.SampledFrom([]string{papers.Goods, papers.Gift, papers.Sample, papers.Returned, papers.Other}).Draw(t, "contents"), Explanation: latin(90).Draw(t, "explanation"),
			Currency: rapid.SampledFrom([]money.Currency{"RUB", "EUR", "USD"}).Draw(t, "currency"), Comment: maybe(latin(700)).Draw(t, "comment"),
			Charges: []papers.Charge{{Name: "Postage", Amount: money.Amount(rapid.Int64Range(0, 9_999_999).Draw(t, "postage"))}},
			Office:  "606650", OfficeName: latin(40).Draw(t, "office"), Date: day, SignedBy: latin(60).Draw(t, "signed"), Insured: 100_00, CustomsCode: "10129000"}
		r.Lines = rapid.SliceOfN(rapid.Custom(aLine), 1, 25).Draw(t, "lines")
		own := rapid.Bool().Draw(t, "the destination asks for its own code")
		for i := range r.Lines {
			r.Value += r.Lines[i].Value
			if l := &r.Lines[i]; own {
				l.HTSUS = l.HS[:6] + rapid.StringMatching(`[0-9]{4}`).Draw(t, "htsus")
			}
		}
		r.ValueRUB, r.GrossGrams = r.Value, r.NetGrams()+rapid.Int64Range(0, 5000).Draw(t, "packing")
		for i, kind := range []papers.PaperKind{papers.Licence, papers.Certificate, papers.InvoicePage} {
			for j := range rapid.IntRange(0, 3).Draw(t, "papers") {
				r.Papers = append(r.Papers, papers.Paper{Kind: kind, Name: "Paper", Number: fmt.Sprintf("%d-%d/%s", i, j, latin(20).Draw(t, "number")), Date: day})
			}
		}
		return r
	})
}
