package app

import (
	"context"
	"slices"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/dispatch"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/export/signature"
	"github.com/yarmarka/yarmarka/internal/export/vat"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// wireDispatch joins what takes foreign parcels out of the country to the market, which knows nothing of it: paid orders
// begin there, goods that are called off end there. What left is entered in the register of VAT, what returned is taken
// out of it.
func (m *modules) wireDispatch(c Config, db *pgxpool.Pool) (err error) {
	m.standin = c.PostStandin
	poll := c.PostPoll
	if c.Demo { // whoever looks at the demonstration does not wait
		poll = min(poll, demoStep)
	}
	if m.export.signature, err = signature.New(db, c.secret(), m.now); err != nil {
		return err
	}
	m.export.dispatch = dispatch.New(dispatch.Deps{Pool: db, Now: m.now, Queue: m.queue, Files: m.files, Orders: m.order,
		Post: m.export.postal, Desk: m.export.desk, Signer: m.export.signature, Rules: m.export.clearance, Rates: m.export.rates,
		PollEvery: poll, BaseURL: c.BaseURL, OnDeparted: enterVAT, OnReturned: reverseVAT})
	if address := c.PostStandin; address != "" { // the real post hears of a release from the customs service
		m.export.dispatch.Release = func(ctx context.Context, barcode string) error { return standin.Tell(ctx, address, barcode, "release") }
	}
	m.order.OnPaid = m.export.dispatch.Paid
	m.order.OnCalledOff = m.export.dispatch.CalledOff
	return nil
}

// enterVAT writes parcels that left into the registers of those sellers who prove exports to the tax service.
func enterVAT(ctx context.Context, tx pgx.Tx, list []dispatch.Departure) (numbers []int64, err error) {
	numbers = make([]int64, len(list))
	var sellers []int64
	for _, d := range list {
		if !slices.Contains(sellers, d.Parcel.SellerID) {
			sellers = append(sellers, d.Parcel.SellerID)
		}
	}
	terms, err := goods.TermsOf(ctx, tx, sellers)
	if err != nil {
		return nil, err
	}
	var rows []vat.Row
	var places []int
	for i, d := range list {
		if d.Facts.VATPayer && d.Facts.WantsVAT0 {
			rows, places = append(rows, vatRow(d, terms[d.Parcel.SellerID])), append(places, i)
		}
	}
	given, err := vat.EnterAll(ctx, tx, rows)
	for k, n := range given {
		numbers[places[k]] = int64(n)
	}
	return numbers, err
}

// vatRow is a parcel as the register has it. Its value is the one that its papers declare, in the currency that was paid,
// by the rate of the day the post accepted it. Without such a rate it stands in roubles, which were paid whatever the
// rate: a parcel's departure does not wait for a currency.
func vatRow(d dispatch.Departure, who goods.SellerTerms) vat.Row {
	p, shipped := d.Parcel, d.At
	if p.Accepted != nil {
		shipped = *p.Accepted
	}
	r := vat.Row{SellerID: p.SellerID, Parcel: p.Number, INN: who.INN, KPP: who.KPP, Registration: p.Registration, Barcode: p.Barcode,
		ReleasedOn: rates.Today(*p.ReleasedAt), DepartedOn: rates.Today(d.At), Mark: vat.DepartureAllowed, Country: p.Country,
		OrderNumber: d.Order, Currency: money.RUB, Value: p.ValueRUB, Rate: 10_000, RateNominal: 1, RateDay: rates.Today(shipped), ValueRUB: p.ValueRUB,
		PaidOn: rates.Today(p.PaidAt), EnteredAt: d.Now}
	if c := d.Facts.Currency; c != money.RUB {
		rate, known := d.Rates.Rates[c]
		if rub, err := d.Rates.ToRUB(d.Facts.Value, c); known && err == nil {
			r.Currency, r.Value, r.ValueRUB, r.Rate, r.RateNominal, r.RateDay = c, d.Facts.Value, rub, rate.Value, rate.Nominal, d.Rates.Day
		}
	}
	for _, l := range d.Facts.Lines {
		if !slices.Contains(r.TNVED, l.HS) {
			r.TNVED = append(r.TNVED, l.HS)
		}
	}
	return r
}

func reverseVAT(ctx context.Context, tx pgx.Tx, d dispatch.Departure) error {
	_, err := vat.Reverse(ctx, tx, d.Parcel.SellerID, d.Parcel.Number, "returned", d.At)
	return err
}

// dispatchRoutes are the seller's pages of foreign parcels and the operator's overview.
func (a *App) dispatchRoutes(r chi.Router) {
	(&dispatch.Handlers{Parcels: a.m.export.dispatch}).Routes(r)
}
