package papers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pdf/pdftest"
)

// said is what a paper says, by the names of its fields. Texts are without spaces: where a line is broken is no
// difference in what is said.
type said map[string]string

func (s said) put(name, text string) {
	if text = solid(text); text != "" {
		s[name] = text
	}
}

func solid(text string) string { return strings.Join(strings.Fields(text), "") }

func kg(grams int64) string { return fmt.Sprintf("%.3f", float64(grams)/1000) }

// must is what every paper has to say of a record, as somebody would who reads it aloud.
func must(r papers.Record) said {
	s := said{}
	s.put("s10", string(r.S10))
	s.put("operator", r.Operator)
	s.put("sender", address(r.Sender))
	s.put("consignee", address(r.Consignee))
	s.put("gross", kg(r.GrossGrams))
	s.put("total", money.Decimal(r.Value)+string(r.Currency))
	s.put("postage", money.Decimal(r.Charges[0].Amount)+"RUB")
	s.put("date", r.Date.Format("2006-01-02"))
	s.put("office", r.Office+r.OfficeName)
	s.put("signed_by", r.SignedBy)
	s.put("comment", r.Comment)
	s.put("importer.reference", r.Importer.Reference+prefix("VAT", r.Importer.VATNumber))
	s.put("category", map[string]string{papers.Goods: "sale", papers.Gift: "gift", papers.Sample: "sample", papers.Returned: "returned", papers.Other: "other"}[r.Contents])
	s.put("explanation", r.Explanation)
	for i, l := range r.Lines {
		unit := l.Unit
		if unit == "" {
			unit = "pcs"
		}
		for name, text := range map[string]string{"text_en": l.TextEN, "text_ru": l.TextRU, "brand": l.Brand, "quantity": fmt.Sprint(l.Quantity, unit), "net": kg(l.NetGrams),
			"value": money.Decimal(l.Value) + string(r.Currency), "hs": l.HS, "htsus": l.HTSUS, "origin": l.Origin} {
			s.put(fmt.Sprintf("line.%d.%s", i, name), text)
		}
	}
	for _, p := range r.Papers {
		s["papers."+string(p.Kind)] = strings.TrimPrefix(s["papers."+string(p.Kind)]+","+solid(p.Number), ",")
	}
	return s
}

func prefix(with, text string) string {
	if text == "" {
		return ""
	}
	return with + text
}

func address(p papers.Party) string {
	organization := p.Organization
	if strings.Join(strings.Fields(organization), " ") == strings.Join(strings.Fields(p.Name), " ") {
		organization = ""
	}
	return p.Name + organization + p.Street + p.Postcode + p.City + p.Region + oksm.Name(i18n.EN, p.Country)
}

// ofPDF reads a paper back.
func ofPDF(t testing.TB, doc []byte) said {
	s := said{}
	for _, p := range pdftest.Read(t, doc).Pieces {
		if len(p.Marks) == 0 || p.Marks[0] == "begun" {
			continue
		}
		name := p.Marks[len(p.Marks)-1]
		if tick, ok := strings.CutPrefix(name, "tick."); ok {
			if !strings.HasPrefix(tick, "paper.") {
				s.put("category", tick)
			}
			continue
		}
		if name == "s10" { // on every sheet
			s.put(name, p.Text)
			continue
		}
		s[name] += solid(p.Text)
	}
	for name, text := range s {
		switch {
		case strings.HasSuffix(name, ".brand"):
			s[name] = strings.TrimPrefix(text, "Brand:")
		case strings.HasSuffix(name, ".htsus"):
			s[name] = strings.TrimPrefix(text, "HTSUS")
		}
	}
	return s
}

// compare finds what a paper does not say as the record does. Names that only one of them knows are passed over but for
// those it has to have.
func compare(t testing.TB, paper string, want, got said, has func(name string) bool) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if has(name) && got[name] != want[name] {
			t.Fatalf("%s says of %s %q, the record %q", paper, name, got[name], want[name])
		}
	}
	for name, text := range got {
		if _, known := want[name]; !known && strings.HasPrefix(name, "line.") {
			t.Fatalf("%s says of %s %q, the record nothing", paper, name, text)
		}
	}
}

// write makes all papers of a record and reads each of them back.
func write(t testing.TB, r papers.Record) map[string]said {
	t.Helper()
	read := map[string]said{}
	for name, make := range map[string]func(papers.Record) ([]byte, error){"CN 22": papers.CN22, "CN 23": papers.CN23, "invoice": papers.Invoice, "label": papers.Label} {
		read[name] = ofPDF(t, must1(t, r, make))
	}
	read["ITMATT"] = ofITMATT(t, must1(t, r, papers.ITMATT))
	read["XML"] = ofXML(t, must1(t, r, papers.CustomsXML))
	order, err := json.Marshal(papers.PostOrder(r))
	if err != nil {
		t.Fatal(err)
	}
	read["order"] = ofOrder(t, order)
	return read
}

func must1(t testing.TB, r papers.Record, make func(papers.Record) ([]byte, error)) []byte {
	t.Helper()
	out, err := make(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// spoken is which fields a paper has, by its form. A category that has no box of its own on CN 23 and in the customs
// service's form goes as "other", explained.
func spoken(paper string) func(name string) bool {
	without := map[string][]string{
		"CN 22":   {"consignee", "postage", "office", "importer", "papers", "comment"},
		"CN 23":   {},
		"invoice": {"operator", "office", "papers", "category"},
		"label":   {"line", "total", "category", "explanation", "importer", "postage", "date", "office", "signed_by", "papers", "comment"},
		"ITMATT":  {},
		"XML":     {"signed_by"},
		"order":   {"s10", "operator", "date", "office", "signed_by", "comment", "importer", "postage", "explanation", "sender", "text_ru"},
	}[paper]
	return func(name string) bool {
		parts := strings.Split(name, ".")
		return !slices.ContainsFunc(without, func(not string) bool { return parts[0] == not || parts[len(parts)-1] == not })
	}
}

// asIs puts back what a form is bound to say otherwise.
func asIs(paper string, r papers.Record, want, got said) {
	sold := r.Contents == papers.Goods
	switch paper {
	case "CN 23", "XML", "ITMATT", "invoice":
		if sold && paper != "ITMATT" && got["category"] == "other" {
			got["category"] = "sale"
		}
		if sold {
			got["explanation"] = strings.TrimPrefix(got["explanation"], solid("Sale of goods / Продажа товара;"))
		}
	case "label":
		if country := solid(strings.ToUpper(oksm.Name(i18n.EN, r.Consignee.Country))); got["consignee.country"] == country {
			got["consignee"] += solid(oksm.Name(i18n.EN, r.Consignee.Country))
		}
		got["gross"] = strings.TrimSuffix(got["gross"], "kg")
	case "order":
		if r.Contents == papers.Returned { // the post has no such type of contents
			got["category"] = want["category"]
		}
		for name := range want {
			if strings.HasSuffix(name, ".quantity") {
				got[name] += strings.TrimLeft(want[name], "0123456789") // the post counts pieces of anything
			}
		}
	}
	if paper == "CN 22" {
		got["sender"] = strings.ReplaceAll(got["sender"], ",", "")
		want["sender"] = strings.ReplaceAll(want["sender"], ",", "")
	}
	if paper == "order" {
		got["consignee"] = strings.ReplaceAll(got["consignee"], ",", "")
		want["consignee"] = strings.ReplaceAll(want["consignee"], ",", "")
	}
}

func TestAllPapersSayTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := anyRecord().Draw(rt, "record")
		for paper, got := range write(t, r) {
			want := must(r)
			asIs(paper, r, want, got)
			compare(t, paper, want, got, spoken(paper))
		}
	})
}

// What cannot be read abroad is refused by all papers with the same words, not printed as a question mark.
func TestWhatCannotBePrintedIsRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"🙂", "漢", "Ж", "\x00", "\u200d", "ə"} {
		r := aRecord()
		r.Lines[1].TextEN += bad
		want := r.Check()
		if want == nil {
			t.Fatalf("%q is let through", bad)
		}
		for name, make := range map[string]func(papers.Record) ([]byte, error){"CN 22": papers.CN22, "CN 23": papers.CN23, "invoice": papers.Invoice,
			"label": papers.Label, "ITMATT": papers.ITMATT, "XML": papers.CustomsXML} {
			if _, err := make(r); err == nil || err.Error() != want.Error() {
				t.Errorf("%s of %q: %v, want %v", name, bad, err, want)
			}
		}
	}
}
