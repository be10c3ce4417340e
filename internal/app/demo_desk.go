package app

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// officersOfDemo are the people of the export desks, by their addresses.
var officersOfDemo = []struct{ name, email, role string }{
	{"Нина Белова", "expert@example.com", account.CultureExpert},
	{"Олег Сафин", "currency@example.com", account.CurrencyOfficer},
	{"Дарья Ким", "customs@example.com", account.CustomsOfficer},
}

// thing is an offer that the demonstration sends to a desk, and an order of its shop.
type thing struct {
	ID, SellerID, OwnerID int64
	TitleRU, TitleEN      string
	Slug, Order           string
	Price                 money.Amount
	N                     int64 // its place in the list
}

// desks puts a few exceptions on the officers' desks: some wait, one was decided, one asks its seller.
func (d *demo) desks(ctx context.Context, m *modules) error {
	things, err := pg.List[thing](ctx, d.db, `
		select t.*, coalesce((select b.number from orders b where b.seller_id = t.seller_id and b.paid_at is not null order by b.id limit 1 offset t.n), 'A') as order
		from (
			select o.id, o.seller_id, w.person_id as owner_id, p.title_ru, p.title_en, p.slug, o.price, row_number() over (order by p.title_ru !~* 'турк|кофемол|медн', o.id) - 1 as n
			from offers o join variants v on v.id = o.variant_id join products p on p.id = v.product_id
				join memberships w on w.seller_id = o.seller_id and w.role = 'owner' join people h on h.id = w.person_id
			where h.email = 'alsu@example.com' and o.status = 'active' and p.title_en <> ''
		) t order by t.n limit 6`)
	if err != nil || len(things) < 6 {
		return err
	}
	for i, year := range []string{"1962", "1971", "1949"} {
		if err := oldThing(ctx, m, things[i], year); err != nil {
			return err
		}
	}
	err = pg.InTx(ctx, d.db, func(tx pgx.Tx) error {
		for _, c := range demoParcels(things[3:], m.now()) {
			if _, err := m.export.desk.Open(ctx, tx, c); err != nil {
				return err
			}
		}
		_, err := m.export.desk.AddSum(ctx, tx, desk.Sum{SellerID: things[4].SellerID, Counterparty: demoPlatform, Number: demoContract,
			SignedOn: m.now().AddDate(0, -4, 0), Parcel: things[4].Order + "-1", RUB: demoSum})
		return err
	})
	if err != nil {
		return err
	}
	return d.rule(ctx, m)
}

// oldThing has its seller say that a thing is old: the rules lay it before the culture expert.
func oldThing(ctx context.Context, m *modules, x thing, year string) error {
	_, err := m.export.goods.Save(ctx, goods.Actor{PersonID: x.OwnerID, SellerID: x.SellerID}, x.ID, 0, true, goods.Edit{"hs": "741810", "text_en": x.TitleEN,
		"text_ru": x.TitleRU, "origin": "RU", "material": "медь, латунь", "technique": "ковка", "making": "unique", "year": year, "net_g": "420", "gross_g": "560",
		"length_mm": "200", "width_mm": "120", "height_mm": "110"})
	return err
}

// rule lets the expert release one thing and ask about another.
func (d *demo) rule(ctx context.Context, m *modules) error {
	expert, _, err := d.people.FindPersonID(ctx, d.db, officersOfDemo[0].email)
	if err != nil {
		return err
	}
	page, err := m.export.desk.List(ctx, desk.Culture, desk.Query{})
	if err != nil {
		return err
	}
	rulings := []desk.Ruling{
		{Verdict: desk.Release, Note: "Изделие фабричное, вывоз возможен.", Answers: map[string]string{"year": "1962", "author": "Кольчугинский завод",
			"technique": "Латунь, штамповка", "mass": "mass", "fund": "no", "photos": "enough"}},
		{Verdict: desk.More, Note: "Сфотографируйте дно и клеймо крупно и напишите, откуда вещь у вас."},
	}
	for i, c := range page.Items[:min(len(rulings), len(page.Items))] {
		if _, err := m.export.desk.Decide(ctx, desk.Actor{PersonID: expert}, desk.Culture, c.ID, rulings[i]); err != nil {
			return err
		}
	}
	return nil
}

// The foreign platform of the demonstration and what was sent under its contract.
const (
	demoPlatform, demoContract              = "Nordic Marketplace OY", "NM-2026/17"
	demoSum                    money.Amount = 1_048_600_00
)

// demoParcels are parcels that something is the matter with: a weight, a contract, an officer's own wish to look.
func demoParcels(x []thing, now time.Time) []desk.Case {
	parcel := func(k desk.Kind, i, risk, step int, then, rule string, f desk.Facts) desk.Case {
		f.Currency, f.Value, f.ValueRUB, f.Path = money.RUB, x[i].Price, x[i].Price, "/p/"+x[i].Slug
		f.Lines = []desk.Line{{HS: "741810", Text: x[i].TitleEN, TextRU: x[i].TitleRU, Quantity: 1, NetGrams: 420, Value: x[i].Price, Origin: "RU", YearMade: now.Year()}}
		return desk.Case{Kind: k, Subject: desk.Parcel, SubjectNumber: x[i].Order + "-1", SellerID: x[i].SellerID, OfferID: x[i].ID, Title: x[i].TitleRU, Country: "DE",
			Risk: risk, Facts: f.JSON(), Findings: []clearance.Finding{{Step: step, Outcome: clearance.Needs, Then: then, Rule: rule, Version: 1, Status: clearance.Verified}}}
	}
	return []desk.Case{
		parcel(desk.Customs, 0, 65, 13, "weight", "", desk.Facts{Form: "CN23", Service: "parcel", To: "Köln", DeclaredGrams: 520, WeighedGrams: 405}),
		parcel(desk.Currency, 1, 40, 16, "contract_documents", "currency.documents", desk.Facts{Form: "CN23", Service: "ems", To: "Berlin",
			Contract: &desk.ContractFact{Counterparty: demoPlatform, Number: demoContract, Signed: now.AddDate(0, -4, 0).Format(time.DateOnly), SumRUB: demoSum}}),
		parcel(desk.Customs, 2, 20, 13, desk.Inspection, "", desk.Facts{Form: "CN22", Service: "small_packet", To: "Bonn", DeclaredGrams: 610, WeighedGrams: 640})}
}
