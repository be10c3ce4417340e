package dispatch

import (
	"cmp"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/office"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// operator is the designated operator as forms name it.
const operator = "RUSSIAN POST"

// origin is the country everything is sent from.
const origin = "RU"

// record is the one record that all papers of a parcel are written from. Goods, weights and values are those that were
// decided about; nobody types a value.
func record(p Parcel, x order.Shipment, decided clearance.Parcel, t goods.SellerTerms, day time.Time) papers.Record {
	r := papers.Record{
		Number: p.Number, Order: x.Order.Number, S10: s10.Number(p.Barcode), Operator: operator, Service: p.Service, Object: p.Object,
		Form: p.Form, Copies: 1, Sender: sender(x, t), Consignee: consignee(x.Order), Contents: papers.Goods, GrossGrams: p.GrossG,
		Currency: decided.Currency, Value: decided.Value, ValueRUB: decided.ValueRUB, ValueSDR: decided.ValueSDR,
		Charges: []papers.Charge{{Name: "Postage", Amount: x.Order.Delivery}},
		Size:    papers.Size{LengthMM: p.LengthMM, WidthMM: p.WidthMM, HeightMM: p.HeightMM},
		Papers:  []papers.Paper{{Kind: papers.InvoicePage, Name: "Commercial invoice", Number: x.Order.Number, Date: day}},
		Office:  t.Postcode, OfficeName: officeName(t.Postcode), Insured: insured(p, decided), Date: day, SignedBy: papers.Latin(t.NameLatin), RatesFrom: "Bank of Russia"}
	r.Importer = papers.Importer{Reference: papers.Latin(x.Order.Recipient.TaxID), Phone: r.Consignee.Phone, Email: r.Consignee.Email}
	if p.RateDay != nil {
		r.RatesDay = *p.RateDay
	}
	for _, l := range decided.Lines {
		r.Lines = append(r.Lines, papers.Line{SKU: l.SKU, TextEN: papers.Latin(l.Text), TextRU: papers.Shown(l.TextRU), Quantity: int64(l.Quantity), NetGrams: l.NetGrams,
			Value: l.Value, HS: l.HS, HTSUS: l.HTSUS, Origin: l.Origin, Brand: papers.Latin(l.Brand)})
	}
	return r
}

// insured is what a parcel is insured for: all that was paid for its goods, where the service is one with a declared value.
func insured(p Parcel, decided clearance.Parcel) money.Amount {
	if c, known := postal.CarriageOf(p.Object); known && c.Insured {
		return decided.ValueRUB
	}
	return 0
}

// officeName is the office of posting in Latin letters; an office that is not in the post's list has its postcode only.
func officeName(postcode string) string {
	o, _ := office.Find(postcode)
	return papers.Latin(o.Name)
}

// sender is the seller as the forms ask. Whoever told their terms before these asked for the city is of the shop's.
func sender(x order.Shipment, t goods.SellerTerms) papers.Party {
	p := papers.Party{Kind: t.Kind, Street: papers.Latin(t.AddressLatin), City: papers.Latin(cmp.Or(t.CityLatin, x.Shop.City)), Postcode: t.Postcode,
		Country: origin, Phone: t.Phone, Email: t.Email, INN: t.INN, KPP: t.KPP, OGRN: t.OGRN}
	if t.Kind == "company" {
		p.Organization = papers.Latin(t.NameLatin)
	} else {
		p.Name = papers.Latin(t.NameLatin)
	}
	return p
}

func consignee(o order.Order) papers.Party {
	r := o.Recipient
	street := r.Street
	if r.Flat != "" {
		street += ", " + r.Flat
	}
	return papers.Party{Name: papers.Latin(r.Name), Street: papers.Latin(street), City: papers.Latin(r.City), Region: papers.Latin(r.Region),
		Postcode: r.Postcode, Country: r.Country, Phone: r.Phone, Email: o.Email}
}
