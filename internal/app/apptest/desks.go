package apptest

import (
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// OnTheDesks lays two parcels before the customs officer and one before the currency-control officer.
func (m *Market) OnTheDesks(t testing.TB) {
	t.Helper()
	desks := desk.New(desk.Deps{DB: m.DB, Now: time.Now, Tables: clearance.New(m.DB, time.Now).Tables})
	shop, err := pg.Scalar[int64](t.Context(), m.DB, `select id from sellers where slug = 'kruzhka-i-turka'`)
	if err != nil {
		t.Fatal(err)
	}
	f := desk.Facts{Form: "CN23", Service: "parcel", To: "DE, Köln", DeclaredGrams: 520, WeighedGrams: 405, Currency: money.RUB, Value: 4_900_00, ValueRUB: 4_900_00,
		Lines: []desk.Line{{HS: "741810", Text: "Copper cezve", TextRU: "Турка медная", Quantity: 1, NetGrams: 420, Value: 4_900_00, Origin: "RU"}}}
	needs := func(step int, then string) []clearance.Finding {
		return []clearance.Finding{{Step: step, Outcome: clearance.Needs, Then: then}}
	}
	paid := f
	paid.Contract = &desk.ContractFact{Counterparty: "Nordic Marketplace OY", Number: "NM-2026/17", Signed: "2026-01-15", SumRUB: 1_048_600_00}
	for _, c := range []desk.Case{
		{Kind: desk.Customs, SubjectNumber: "Y-TEST-0001-1-1", Risk: 65, Facts: f.JSON(), Findings: needs(22, "weight")},
		{Kind: desk.Customs, SubjectNumber: "Y-TEST-0002-1-1", Risk: 20, Facts: f.JSON(), Findings: needs(24, desk.Inspection)},
		{Kind: desk.Currency, SubjectNumber: "Y-TEST-0003-1-1", Risk: 40, Facts: paid.JSON(), Findings: needs(16, "contract_documents")},
	} {
		c.Subject, c.SellerID, c.Title, c.Country = desk.Parcel, shop, "Турка медная", "DE"
		if _, err := desks.Open(t.Context(), m.DB, c); err != nil {
			t.Fatal(err)
		}
	}
}
