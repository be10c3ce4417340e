package catalog_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/web"
)

// site adds to the catalogue of catalogtest what only tests of this package do.
type site struct {
	*catalogtest.Site
	printer *catalog.Service // behind printed
	printed http.Handler     // the same site, whose pages are printed ahead
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{Site: catalogtest.NewSite(t)}
	s.printed = s.press()
	return s
}

// press is another copy of the program on the same database, which shows what it finds printed.
func (s *site) press() http.Handler {
	s.printer = catalog.New(s.DB, time.Now)
	s.printer.Abroad = s.Catalog.Abroad
	s.printer.Stranger = func(ctx context.Context, site, path string) context.Context {
		return web.WithShell(ctx, &web.Shell{Lang: i18n.LangOf(ctx), BaseURL: site, Path: path})
	}
	r := chi.NewRouter()
	r.NotFound(web.Handle(func(w http.ResponseWriter, r *http.Request) error { http.NotFound(w, r); return nil }))
	r.Use(s.Visit)
	catalog.NewHandlers(s.printer, search.New(s.DB, search.Options{Labels: catalog.Labels(s.DB), Pictures: catalog.Pictures})).Routes(r)
	return r
}
