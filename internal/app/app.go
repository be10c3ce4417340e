// Package app is the only package that knows every module: it wires them together, gives them their addresses and
// their background work, reads the configuration, and starts and ends the program. It holds no rules.
package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/app/demo"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/metrics"
)

// App is the wired program: its pages and its jobs.
type App struct {
	db       *pgxpool.Pool
	m        *modules
	router   chi.Router
	handler  http.Handler
	jobs     *jobs.Registry
	metrics  *metrics.Set
	scale    string
	searched *pace // what each client searched lately, see often
}

// New wires the modules on an open, migrated database.
func New(ctx context.Context, c Config, db *pgxpool.Pool) (*App, error) {
	if c.BaseURL == "" { // commands that do not listen, such as import
		c.BaseURL = "http://" + c.Addr
	}
	m, err := wire(ctx, c, db)
	if err != nil {
		return nil, err
	}
	if err := intake.Seed(ctx, db); err != nil {
		return nil, err
	}
	a := &App{db: db, m: m, router: chi.NewRouter(), jobs: jobs.NewRegistry(), metrics: metrics.New(revision()), scale: c.Scale}
	a.m.addJobs(a.jobs)
	a.m.search.AddPopularity(a.jobs, soldCards(a.db, a.m.now))
	a.jobs.Observe(a.metrics.Job)
	a.addReadings(c)
	a.router.Use(metrics.Route)
	a.routes(a.router, c)
	stack, err := a.middleware(c)
	if err != nil {
		return nil, err
	}
	// The stack stands before the router, not in it: the language is cut off the address before a
	// route is looked for.
	a.handler = a.metrics.Requests(chi.Chain(stack...).Handler(a.router))
	return a, nil
}

// Handler serves the whole site, except the probes.
func (a *App) Handler() http.Handler { return a.handler }

// Jobs is the background work of all modules.
func (a *App) Jobs() *jobs.Registry { return a.jobs }

// Demo fills an empty market with the demonstration and prints its accounts; a filled one it leaves alone.
func (a *App) Demo(ctx context.Context, out io.Writer) error {
	d := a.demo()
	filled, err := d.Fill(ctx)
	if err != nil {
		return err
	}
	if a.scale == "large" {
		err = d.FillLarge(ctx, out)
	} else if filled {
		_, err = a.m.catalog.DrainIndex(ctx)
	}
	if err != nil {
		return err
	}
	if err := d.Tell(ctx); err != nil {
		return err
	}
	go func() {
		if err := d.Photos(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "photographs of the demonstration", "err", err)
		}
	}()
	return printAccounts(out)
}

// demo is the demonstration of this market.
func (a *App) demo() *demo.Demo {
	m := a.m
	return demo.New(demo.Deps{DB: a.db, Now: m.now, People: m.account, Pictures: m.media, Sellers: m.seller, Catalog: m.catalog, Listings: m.listing, Carts: m.cart,
		Shipping: m.shipping, Orders: m.order, Payments: m.payment, Rates: m.export.rates, Goods: m.export.goods, Contracts: m.export.contracts,
		Desk: m.export.desk, Dispatch: m.export.dispatch, Post: m.standin})
}

func printAccounts(out io.Writer) error {
	for _, account := range demo.Accounts {
		if _, err := fmt.Fprintf(out, "%-16s %s  password: %s\n", account.Role, account.Email, demo.Password); err != nil {
			return err
		}
	}
	return nil
}
