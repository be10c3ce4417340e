package app

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// officersOfDemo are the people of the export desks, by their addresses.
var officersOfDemo = []struct{ name, email, role string }{
	{"Нина Белова", "expert@example.com", account.CultureExpert},
	{"Олег Сафин", "currency@example.com", account.CurrencyOfficer},
	{"Дарья Ким", "customs@example.com", account.CustomsOfficer},
}

// thing is an offer that the demonstration sends to a desk.
type thing struct {
	ID, SellerID              int64
	TitleRU, TitleEN, Picture string
	Slug                      string
	Price                     money.Amount
}

func (x thing) line(hs string, year int) desk.Line {
	return desk.Line{HS: hs, Text: x.TitleEN, TextRU: x.TitleRU, Quantity: 1, NetGrams: 420, Value: x.Price, Origin: "RU", YearMade: year, Material: "медь"}
}

// desks puts a few exceptions on the officers' desks: some wait, one was decided, one asks its seller.
func (d *demo) desks(ctx context.Context, m *modules) error {
	things, err := pg.List[thing](ctx, d.db, `
		select o.id, o.seller_id, p.title_ru, p.title_en, p.slug, o.price, '/media/art/' || c.art || '-am.svg' as picture
		from offers o join variants v on v.id = o.variant_id join products p on p.id = v.product_id join categories c on c.id = p.category_id
			join memberships w on w.seller_id = o.seller_id and w.role = 'owner' join people h on h.id = w.person_id
		where h.email = 'alsu@example.com' and o.status = 'active' order by o.id limit 6`)
	if err != nil || len(things) < 6 {
		return err
	}
	ids := make([]int64, len(things))
	err = pg.InTx(ctx, d.db, func(tx pgx.Tx) error {
		for i, c := range demoCases(things, m.now()) {
			if ids[i], err = m.export.desk.Open(ctx, tx, c); err != nil {
				return err
			}
		}
		_, err := m.export.desk.AddSum(ctx, tx, desk.Sum{SellerID: things[4].SellerID, Counterparty: "Nordic Marketplace OY", Number: "NM-2026/17",
			SignedOn: m.now().AddDate(0, -4, 0), Parcel: "demo-1", RUB: 104_860_000})
		return err
	})
	if err != nil {
		return err
	}
	return d.rule(ctx, m, ids)
}

// rule lets the expert release one thing and ask about another.
func (d *demo) rule(ctx context.Context, m *modules, ids []int64) error {
	expert, _, err := d.people.FindPersonID(ctx, d.db, officersOfDemo[0].email)
	if err != nil {
		return err
	}
	by := desk.Actor{PersonID: expert}
	_, err = m.export.desk.Decide(ctx, by, desk.Culture, ids[1], desk.Ruling{Verdict: desk.Release, Note: "Изделие фабричное, после 1976 года. Вывоз возможен.",
		Answers: map[string]string{"year": "1981", "author": "Кольчугинский завод", "technique": "Латунь, штамповка", "mass": "mass", "fund": "no", "photos": "enough"}})
	if err != nil {
		return err
	}
	_, err = m.export.desk.Decide(ctx, by, desk.Culture, ids[2], desk.Ruling{Verdict: desk.More, Note: "Сфотографируйте дно и клеймо крупно и напишите, откуда вещь у вас."})
	return err
}

func demoCases(x []thing, now time.Time) []desk.Case {
	culture := func(i, risk, year int) desk.Case {
		return desk.Case{Kind: desk.Culture, Subject: desk.Goods, SubjectNumber: fmt.Sprint(x[i].ID), SellerID: x[i].SellerID, OfferID: x[i].ID, Title: x[i].TitleRU,
			Risk: risk, Findings: []clearance.Finding{{Step: 11, Line: 1, Outcome: clearance.Needs, Then: "expert_opinion", Rule: "culture.age-50", Version: 1,
				Source: "Постановление Правительства от 14.09.2020 № 1425", Status: clearance.Verified}},
			Facts: desk.Facts{Path: "/p/" + x[i].Slug, Photos: []string{x[i].Picture}, Currency: money.RUB, Value: x[i].Price, ValueRUB: x[i].Price,
				Lines: []desk.Line{x[i].line("741810", year)}}.JSON()}
	}
	parcel := func(k desk.Kind, i, risk, step int, then, rule string, f desk.Facts) desk.Case {
		f.Currency, f.Value, f.ValueRUB = money.RUB, x[i].Price, x[i].Price
		f.Lines, f.Path, f.Photos = []desk.Line{x[i].line("741810", 2026)}, "/p/"+x[i].Slug, []string{x[i].Picture}
		return desk.Case{Kind: k, Subject: desk.Parcel, SubjectNumber: fmt.Sprintf("demo-%d", i), SellerID: x[i].SellerID, OfferID: x[i].ID, Title: x[i].TitleRU, Country: "DE",
			Risk: risk, Facts: f.JSON(), Findings: []clearance.Finding{{Step: step, Outcome: clearance.Needs, Then: then, Rule: rule, Version: 1, Status: clearance.Verified}}}
	}
	return []desk.Case{culture(0, 55, 1962), culture(1, 30, 1981), culture(2, 70, 1904),
		parcel(desk.Customs, 3, 65, 14, "weight", "form.weight", desk.Facts{Form: "CN23", Service: "parcel", To: "Deutschland, Köln", DeclaredGrams: 520, WeighedGrams: 405}),
		parcel(desk.Currency, 4, 40, 16, "contract_documents", "currency.documents", desk.Facts{Form: "CN23", Service: "ems", To: "Suomi, Turku",
			Contract: &desk.ContractFact{Counterparty: "Nordic Marketplace OY", Number: "NM-2026/17", Signed: now.AddDate(0, -4, 0).Format(time.DateOnly), SumRUB: 104_860_000}}),
		parcel(desk.Customs, 5, 20, 24, "inspection", "", desk.Facts{Form: "CN22", Service: "small_packet", To: "Srbija, Novi Sad", DeclaredGrams: 610, WeighedGrams: 640})}
}
