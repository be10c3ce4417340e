package app

import (
	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/clearance/lawdesk"
)

// rulesRoutes are the pages of the rules of export: where admins edit them.
func (a *App) rulesRoutes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff(account.Admin))
		(&lawdesk.Handlers{Law: a.m.export.clearance, Now: a.m.now}).Routes(r)
	})
}
