package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pdf"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// agent is an agency contract of the demonstration: a platform abroad that sells a shop's things in one country.
type agent struct {
	shop, party, country, number string
	signed                       time.Time
	opening                      money.Amount // kopecks performed before the shop told of it
	unique                       string       // under which it is registered; the officer has decided about it
	late                         bool         // the shop told of it when an order had been paid for already
}

// agents stand a parcel before the first band, at it, and before the second with its number given. The one at the band is
// told of late: otherwise the till would not have sold what crosses it.
var agents = []agent{
	{shop: "kruzhka-i-turka", party: "Balkan Market d.o.o.", country: "RS", number: "BM-2026/14", signed: time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC), opening: 799_600_00},
	{shop: "severnaya-nit", party: "Balkan Market d.o.o.", country: "RS", number: "BM-2026/31", signed: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC), opening: 999_400_00, late: true},
	{shop: "lnyanoy-dvor", party: "Qazaq Bazar LLP", country: "KZ", number: "QB-25/088", signed: time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC), opening: 8_120_000_00,
		unique: "25090012/1481/0000/1/1"},
}

// contracts lets shops tell of their agents, before the orders that count under them, or while those are under way.
func (d *Demo) contracts(ctx context.Context, late bool) error {
	then := d.Contracts.Deps
	then.Now = func() time.Time { return d.Now().AddDate(0, 0, -20) }
	told := contract.New(then)
	told.OnMark = d.Contracts.OnMark
	for _, a := range agents {
		if a.late != late {
			continue
		}
		shop, ok, err := pg.Opt[struct{ ID int64 }](ctx, d.DB, `select id from sellers where slug = $1`, a.shop)
		if err != nil {
			return err
		}
		if !ok { // a demonstration of other shops
			continue
		}
		paper, err := a.paper(d.Now())
		if err != nil {
			return err
		}
		c, err := told.Register(ctx, contract.Contract{SellerID: shop.ID, Counterparty: a.party, Country: a.country, Market: a.country, Number: a.number,
			SignedOn: a.signed, OpeningRUB: a.opening}, "contract-"+a.shop+".pdf", paper)
		if err != nil {
			return fmt.Errorf("%s: %w", a.party, err)
		}
		if a.unique != "" {
			if err := d.register(ctx, c, a.unique); err != nil {
				return err
			}
		}
	}
	return nil
}

// register lets the officer of currency control decide a contract's case.
func (d *Demo) register(ctx context.Context, c contract.Contract, unique string) error {
	officer, _, err := d.People.FindPersonID(ctx, d.DB, officers[1].email)
	if err != nil {
		return err
	}
	cases, err := d.Desk.CasesOfContract(ctx, c)
	for _, x := range cases {
		if _, err := d.Desk.Decide(ctx, desk.Actor{PersonID: officer}, desk.Currency, x.ID, desk.Ruling{Verdict: desk.Release,
			Note: "Договор поставлен на учёт.", Paper: desk.Paper{Number: c.Number, UniqueNumber: unique}}); err != nil {
			return err
		}
	}
	return err
}

// paper is the contract itself: a page that says it is made up.
func (a agent) paper(now time.Time) ([]byte, error) {
	title := "Agency contract No. " + a.number
	p := pdf.New(pdf.Info{Title: title, Author: a.party, Created: now})
	p.Title(title)
	p.Pairs(pdf.Pair{Label: "Agent", Value: a.party + ", " + a.country}, pdf.Pair{Label: "Date", Value: a.signed.Format(time.DateOnly)})
	p.Para("The Agent sells the Principal's goods to buyers in its country and pays the price to the Principal within 30 days.")
	p.Note("A document of the demonstration: no such parties exist.")
	return p.Bytes()
}
