package app

import (
	"context"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	deskprogram "github.com/yarmarka/yarmarka/internal/export/desk/program"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// wireDesks builds the officers' desks; a verdict reaches those who asked for it in its own transaction.
func (m *modules) wireDesks(c Config, db *pgxpool.Pool) {
	m.export.contracts = contract.New(contract.Deps{DB: db, Now: m.now, BaseURL: c.BaseURL, Media: m.media, Tables: m.export.clearance.Tables})
	m.export.desk = desk.New(desk.Deps{DB: db, Now: m.now, BaseURL: c.BaseURL, Media: m.media, Limiter: m.limiter, Contracts: m.export.contracts,
		Tables: m.export.clearance.Tables})
	m.export.programs = deskprogram.New(m.export.desk)
	m.export.contracts.OnMark = m.export.desk.OpenContract
	m.export.desk.OnDecided = m.decided
}

// decided hands a verdict to whoever opened the case.
func (m *modules) decided(ctx context.Context, tx pgx.Tx, d desk.Decided) error {
	if err := m.decidedGoods(ctx, tx, d); err != nil {
		return err
	}
	return m.export.dispatch.Decided(ctx, tx, d)
}

func (a *App) deskRoutes(r chi.Router) {
	h := &desk.Handlers{Desks: a.m.export.desk, Files: media.NewHandlers(a.m.media), Shops: a.m.shopNames(a.db)}
	h.Routes(r)
	programs := &deskprogram.Handlers{Programs: a.m.export.programs, Files: h.Files}
	programs.Routes(r)
	programs.APIRoutes(r)
	contracts := &contract.Handlers{Contracts: a.m.export.contracts, Files: h.Files, Shops: h.Shops, Cases: a.casesOfContract}
	contracts.Routes(r)
	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller(account.Owner, account.Manager))
		h.SellerRoutes(r)
		contracts.SellerRoutes(r)
	})
}

// casesOfContract are what the currency desk has about a contract.
func (a *App) casesOfContract(ctx context.Context, c contract.Contract) ([]contract.Case, error) {
	list, err := a.m.export.desk.CasesOfContract(ctx, c)
	cases := make([]contract.Case, len(list))
	for i, x := range list {
		cases[i] = contract.Case{ID: x.ID, Title: x.TitleIn(i18n.LangOf(ctx)), OpenedAt: x.OpenedAt, Open: x.State != desk.Done}
	}
	return cases, err
}
