package app

import (
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/calculator"
	"github.com/yarmarka/yarmarka/internal/export/clearance/lawdesk"
	"github.com/yarmarka/yarmarka/internal/export/rates"
)

// rulesRoutes are the pages of the rules of export: the calculator and the rules in plain words for everybody, and the
// desk where admins edit them.
func (a *App) rulesRoutes(r chi.Router) {
	x := a.m.export
	answers := calculator.New(calculator.Deps{Law: x.clearance, Suggest: x.codes.Suggest, Rates: x.rates.On, Candidates: x.postal.Candidates, Now: a.m.now})
	(&calculator.Handlers{S: answers}).Routes(r)
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff(account.Admin))
		(&lawdesk.Handlers{Law: x.clearance, Now: func() time.Time { return rates.Today(a.m.now()) }}).Routes(r)
	})
}
