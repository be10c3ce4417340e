package app

import (
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/vat"
)

// wireVAT makes the registers of VAT; dispatch enters what left into them.
func (m *modules) wireVAT(db *pgxpool.Pool) {
	m.export.vat = vat.New(vat.Deps{Pool: db, Now: m.now, Tables: m.export.clearance.Tables})
}

// vatRoutes are the sellers' pages of the register.
func (a *App) vatRoutes(r chi.Router) { (&vat.Handlers{Registers: a.m.export.vat}).Routes(r) }
