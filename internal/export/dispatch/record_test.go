package dispatch

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// The sender's city is what the seller told, whatever their address looks like, on every paper that has a box for it.
func TestTheSendersCityIsTheCity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.db.Exec(t.Context(), `update export_sellers set address_latin = 'ul. Lenina 1, Tula Region, RUSSIA', city_latin = 'Tula'`)
	w.must(err)
	p := w.paid("DE")
	w.work()
	p = w.is(p, Ready)
	from, err := w.from(t.Context(), p, nil)
	w.must(err)
	r := from.record(p)
	if r.Sender.City != "Tula" || r.Sender.Street != "ul. Lenina 1, Tula Region, RUSSIA" {
		t.Errorf("the sender is %+v", r.Sender)
	}
	paper, ok := p.paper("declaration")
	if !ok {
		t.Fatal("no declaration")
	}
	data, err := w.read(t.Context(), paper)
	w.must(err)
	if text := string(data); !strings.Contains(text, "City>Tula</") || strings.Contains(text, "City>RUSSIA") {
		t.Errorf("the declaration has another city:\n%s", text)
	}
}

// A parcel to the USA carries their own ten digits beside the nomenclature's on every paper that has codes; a parcel to
// anywhere else does not, though the thing has one.
func TestTheDestinationsOwnCodeIsOnItsPapersOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.db.Exec(t.Context(), `update export_goods set htsus = '6109100012'`)
	w.must(err)
	_, err = w.db.Exec(t.Context(), `update export_tables set items = '{US,DE}' where id = 'htsus_countries'`) // the stand-in serves nobody in the USA
	w.must(err)
	for country, want := range map[string]string{"DE": "6109100012", "BR": ""} {
		p := w.paid(country)
		w.work()
		p = w.is(p, Ready)
		kept, _ := p.paper(kindRecord)
		data, err := w.read(t.Context(), kept)
		w.must(err)
		r, err := readRecord(data)
		w.must(err)
		again, err := w.from(t.Context(), p, nil)
		w.must(err)
		if got := [3]string{r.Lines[0].HS, r.Lines[0].HTSUS, again.record(p).Lines[0].HTSUS}; got != [3]string{"6109100000", want, want} {
			t.Errorf("%s: the record has the codes %q", country, got)
		}
		for _, kind := range []string{"declaration", "itmatt"} {
			paper, _ := p.paper(kind)
			data, err := w.openPaper(t.Context(), p, paper)
			w.must(err)
			if text := string(data); strings.Contains(text, "6109100012") != (want != "") || !strings.Contains(text, "6109100000") {
				t.Errorf("%s: the %s says\n%s", country, kind, text)
			}
		}
	}
}

// What the data have is on the record, and no letter that a form lacks stops a parcel that was paid for.
func TestARecordSaysWhatIsKnown(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	terms := goods.SellerTerms{Kind: "entrepreneur", NameLatin: "IE Garipova → Alsu", AddressLatin: "7 Demonstratsionnaya St ☎", CityLatin: "Kazan", Postcode: "420000",
		INN: "500100732259", Phone: "+79165551234", Email: "alsu@example.com"}
	x := order.Shipment{Order: order.Order{Number: "Y-1-1", Email: "ana@example.com", Recipient: checkout.Recipient{Name: "Ana Souza", Phone: "+5511999999999", Country: "BR",
		Postcode: "01310-100", City: "São Paulo", Street: "Av. Paulista 1", TaxID: "529.982.247-25"}}}
	decided := clearance.Parcel{Currency: money.RUB, Value: 2_499_00, ValueRUB: 2_499_00, ValueSDR: 220_400, Lines: []clearance.Line{{SKU: "A", HS: "691200", Sure: true,
		Text: "Glazed ceramic mug ☕", TextRU: "Кружка 🙂 керамическая", Quantity: 1, NetGrams: 300, Value: 2_499_00, Origin: "RU"}}}
	p := Parcel{Number: "Y-1-1-1", Barcode: "CC999999995RU", Service: "parcel", Object: 4021, Form: papers.FormCN23, GrossG: 450, LengthMM: 180, WidthMM: 120, HeightMM: 120}
	r := record(p, x, decided, terms, day)
	for _, x := range papersOf(r) {
		if _, err := write(x.Kind, r); err != nil {
			t.Fatalf("the papers refuse it: %v", err)
		}
	}
	got := map[string]any{"importer": r.Importer.Reference, "insured": r.Insured, "city": r.Sender.City, "office": r.OfficeName != ""}
	if diff := cmp.Diff(map[string]any{"importer": "529.982.247-25", "insured": money.Amount(2_499_00), "city": "Kazan", "office": true}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if p.Object = 4031; record(p, x, decided, terms, day).Insured != 0 {
		t.Error("a parcel is insured that was sent without a declared value")
	}
}
