package app

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// wireAbroad lets the market ask what may be sent abroad and what foreign currencies cost.
func (m *modules) wireAbroad(c Config, db *pgxpool.Pool) {
	m.export.rates = rates.New(db, rates.NewClient(c.rates()), m.now)
	m.export.abroad = abroad.New(abroad.Deps{
		Passports: func(ctx context.Context, offers []int64) (map[int64]goods.Passport, error) {
			return goods.ForOffers(ctx, db, offers)
		},
		Terms: func(ctx context.Context, sellers []int64) (map[int64]goods.SellerTerms, error) {
			return goods.TermsOf(ctx, db, sellers)
		},
		Shelf: func(ctx context.Context, cards []destination.Carded) ([]abroad.Shown, error) {
			return abroad.ShelfOf(ctx, db, cards)
		},
		Book: m.export.clearance.Book, Edition: m.export.clearance.Edition, Network: m.network, DB: db,
		Contracts: func(ctx context.Context, sellers []int64) (map[int64][]contract.Contract, error) {
			return contract.Agencies(ctx, db, sellers, m.now())
		},
		Rates: m.export.rates.On, Candidates: m.export.postal.Candidates,
		Decide: m.export.clearance.Decide, Tables: m.export.clearance.Tables, Now: m.now,
	})
	m.destination.Rates, m.destination.Reach = m.exchange, m.export.abroad.Reach
	m.catalog.Abroad, m.cart.Abroad = m.export.abroad.Tell, m.export.abroad.Tell
	m.catalog.Routes = m.export.abroad.Routes
	m.order.Exchange = m.destination.Exchange
	m.order.Judge = m.export.abroad.Tell
	m.order.Record = func(ctx context.Context, tx pgx.Tx, number string, sellerID int64, v destination.Verdict) (int64, error) {
		return abroad.Record(ctx, tx, number, sellerID, v)
	}
}

// network is what the post would carry on a day, and what it charges as far as that is known.
func (m *modules) network(ctx context.Context, day time.Time) (abroad.Network, error) {
	n, err := m.export.postal.Network(ctx, day)
	if err != nil {
		return abroad.Network{}, err
	}
	return abroad.Network{Countries: oksm.Countries(), Profile: n.Profile, Digest: n.Digest(), Carriers: n.Carriers,
		Fares: func(ctx context.Context, country string) (abroad.Fares, error) {
			f, err := n.Fares(ctx, country)
			if err != nil {
				return nil, err
			}
			return f.Of, nil
		}}, nil
}

// exchange is the rate that prices in a currency are shown by today.
func (m *modules) exchange(ctx context.Context, c money.Currency) (destination.Exchange, error) {
	t, err := m.export.rates.Today(ctx)
	if err != nil {
		return destination.Exchange{}, err
	}
	if !t.Has(c) {
		return destination.Exchange{}, rates.ErrUnknown
	}
	r := t.Rates[c]
	return destination.Exchange{Currency: c, Day: t.Day, AgeDays: t.AgeDays(rates.Today(m.now())), Value: r.Value, Nominal: r.Nominal,
		From: func(kopecks money.Amount) (money.Amount, error) { return t.FromRUB(kopecks, c) }}, nil
}
