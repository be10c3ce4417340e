package app

import (
	"context"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/dispatch"
	"github.com/yarmarka/yarmarka/internal/market/order"
)

// wireDispatch joins what takes foreign parcels out of the country to the market, which knows nothing of it: paid orders
// begin there, goods that are called off end there.
func (m *modules) wireDispatch(c Config, db *pgxpool.Pool) {
	m.export.dispatch = dispatch.New(dispatch.Deps{Pool: db, Now: m.now, Queue: m.queue, Files: m.files, Orders: m.order,
		Post: m.export.postal, Desk: m.export.desk, Rules: m.export.clearance, Rates: m.export.rates,
		PollEvery: c.PostPoll})
	m.order.OnPaid = m.export.dispatch.Paid
	m.order.OnCalledOff = func(ctx context.Context, tx pgx.Tx, o order.Order, _ order.Cancellation) error {
		return m.export.dispatch.CalledOff(ctx, tx, o)
	}
}

// dispatchRoutes are the seller's pages of foreign parcels and the operator's overview.
func (a *App) dispatchRoutes(r chi.Router) {
	(&dispatch.Handlers{Parcels: a.m.export.dispatch}).Routes(r)
}
