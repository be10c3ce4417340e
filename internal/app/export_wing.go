package app

import (
	"context"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	deskprogram "github.com/yarmarka/yarmarka/internal/export/desk/program"
	"github.com/yarmarka/yarmarka/internal/export/dispatch"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/export/signature"
	"github.com/yarmarka/yarmarka/internal/export/vat"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// exportWing is the services that take a thing out of the country.
type exportWing struct {
	clearance *clearance.Service
	postal    *postal.Service
	rates     *rates.Service
	codes     *hs.Service
	goods     *goods.Service
	abroad    *abroad.Service
	contracts *contract.Service
	desk      *desk.Service
	programs  *deskprogram.Service // of the desks' authorities
	signature *signature.Service
	dispatch  *dispatch.Service
	vat       *vat.Service
}

// wireExport builds the export wing on the market that stands already, and hands the market the functions by which it
// asks about foreign parcels.
func (m *modules) wireExport(ctx context.Context, c Config, db *pgxpool.Pool) error {
	m.export.clearance = clearance.New(db, m.now)
	m.export.postal = postal.New(db, postal.NewPost(c.post(), m.now), m.now)
	m.wireGoods(c, db)
	m.wireAbroad(c, db)
	m.wireDesks(c, db)
	if err := m.wireDispatch(c, db); err != nil {
		return err
	}
	m.wireVAT(db)
	return seedLaw(ctx, db)
}

// exportRoutes are the pages of the export wing.
func (a *App) exportRoutes(r chi.Router, _ Config) {
	a.rulesRoutes(r)
	a.deskRoutes(r)
	a.dispatchRoutes(r)
	a.vatRoutes(r)
	a.goodsRoutes(r)
}

// exportJobs are the background work of the export wing.
func (m *modules) exportJobs(r *jobs.Registry) {
	rates.Jobs(r, m.export.rates)
	postal.Jobs(r, m.export.postal)
	goods.Jobs(r, m.export.goods)
	abroad.Jobs(r, m.export.abroad, m.queue)
	deskprogram.Jobs(r, m.export.programs)
	dispatch.Jobs(r, m.export.dispatch)
}
