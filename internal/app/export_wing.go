package app

import (
	"context"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// exportWing is the services that take a thing out of the country.
type exportWing struct {
	clearance *clearance.Service
}

// wireExport builds the export wing on the market that stands already, and hands the market the functions by which it
// asks about foreign parcels.
func (m *modules) wireExport(ctx context.Context, _ Config, db *pgxpool.Pool) error {
	m.export.clearance = clearance.New(db, m.now)
	return seedLaw(ctx, db)
}

// exportRoutes are the pages of the export wing.
func (a *App) exportRoutes(chi.Router, Config) {}

// exportJobs are the background work of the export wing.
func (m *modules) exportJobs(*jobs.Registry) {}
