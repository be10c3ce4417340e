// Package app is the only package that knows every module: it wires them together, gives them their addresses and
// their background work, reads the configuration, and starts and ends the program. It holds no rules.
package app

import (
	"context"
	"io"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// App is the wired program: its pages and its jobs.
type App struct {
	router chi.Router
	jobs   *jobs.Registry
}

// New wires the modules on an open, migrated database.
func New(_ context.Context, _ Config, _ *pgxpool.Pool) (*App, error) {
	return &App{router: chi.NewRouter(), jobs: jobs.NewRegistry()}, nil
}

// Handler serves the whole site, except the probes.
func (a *App) Handler() http.Handler { return a.router }

// Jobs is the background work of all modules.
func (a *App) Jobs() *jobs.Registry { return a.jobs }

// Demo fills an empty market with the demonstration and prints its accounts; a filled one it leaves alone.
func (a *App) Demo(context.Context, io.Writer) error { return nil }

// Import reads a shop's feed and prints what came of each row that was not taken.
func (a *App) Import(context.Context, importOrder, io.Writer) error {
	return Fault{"this build has no feeds", "wire package feed"}
}
