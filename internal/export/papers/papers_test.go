package papers_test

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/export/papers"
)

// aRecord is an ordinary parcel: two kinds of things, sold by an entrepreneur to Germany.
func aRecord() papers.Record {
	return papers.Record{
		Number: "P-2026-000123", Order: "2026-000045-1", S10: "CC999999995RU", Operator: "Russian Post", Service: "parcel", Object: 4031,
		Form: papers.FormCN23, Copies: 3,
		Sender: papers.Party{Kind: "entrepreneur", Name: "Anna Ivanova", Organization: "IE Ivanova Anna Sergeevna", Street: "ul. Lenina 5, kv. 12", City: "Semenov",
			Region: "Nizhegorodskaya oblast", Postcode: "606650", Country: "RU", Phone: "+79991234567", Email: "anna@example.com", INN: "524901234567", OGRN: "312524933300012"},
		Consignee: papers.Party{Name: "Jürgen Müller", Street: "Schöne Aussicht 14 b", City: "Frankfurt am Main", Region: "Hessen", Postcode: "60311", Country: "DE",
			Phone: "+49 69 1234567", Email: "juergen@example.de"},
		Importer: papers.Importer{Reference: "DE123456789012345", Phone: "+49 69 1234567"},
		Contents: papers.Goods,
		Lines: []papers.Line{
			{SKU: "M-5", TextEN: "Wooden nesting dolls, hand painted, set of 5", TextRU: "Матрёшка «Семёновская» расписная, 5 мест", Quantity: 2, Unit: "set", NetGrams: 640,
				Value: 458000, HS: "9503002101", Origin: "RU", Brand: "Semenov & Sons"},
			{SKU: "S-1", TextEN: "Women's wool shawl, 148 x 148 cm", TextRU: "Платок павловопосадский шерстяной", Quantity: 1, NetGrams: 310, Value: 399050, HS: "621420", Origin: "RU"},
		},
		GrossGrams: 1180, Currency: "RUB", Value: 857050, ValueRUB: 857050, ValueSDR: 755_740, Charges: []papers.Charge{{Name: "Postage", Amount: 214380}},
		Size:        papers.Size{LengthMM: 320, WidthMM: 220, HeightMM: 140},
		Papers:      []papers.Paper{{Kind: papers.InvoicePage, Name: "Commercial invoice", Number: "2026-000045-1", Date: day}},
		CustomsCode: "10129000", IOSS: "IM2760000742", Office: "606650", OfficeName: "Semenov", Date: day, SignedBy: "A. S. Ivanova", RatesDay: day, RatesFrom: "Bank of Russia",
	}
}

var day = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
