package app

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/app/pages"
	officers "github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/curation"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/joining"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/moderation/desk"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/art"
	"github.com/yarmarka/yarmarka/internal/platform/clientip"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/places"
	"github.com/yarmarka/yarmarka/web/static"
)

// middleware is what every request passes, outermost first.
func (a *App) middleware(c Config) ([]func(http.Handler) http.Handler, error) {
	trusted, err := clientip.ParseTrusted(c.Proxies)
	if err != nil {
		return nil, Fault{"--trusted-proxies cannot be read", "write networks such as 10.0.0.0/8,::1/128"}
	}
	compress, err := httpx.Compress()
	if err != nil {
		return nil, err
	}
	origin := http.NewCrossOriginProtection()
	origin.AddInsecureBypassPattern("POST /webhooks/{provider}") // signed by its sender; no cookie opens anything there
	origin.SetDenyHandler(foreign)
	return []func(http.Handler) http.Handler{
		httpx.RequestID,
		trusted.Middleware,
		httpx.AccessLog,
		httpx.Security(strings.HasPrefix(c.BaseURL, "https://"), c.formHosts()...),
		compress,
		a.keptPages().Middleware,
		language,
		programs,
		httpx.Recover(func(w http.ResponseWriter, r *http.Request) {
			web.Fail(w, r, errs.New(errs.Internal, "error.internal"))
		}),
		a.m.account.Load,
		a.m.destination.Middleware,
		shell(c.BaseURL, c.Demo, a.m.count(a.db), hubCounts(a.db), catalog.Similar(a.db, a.m.search, a.m.now)),
		legible,
		httpx.BodyLimit(bodyLimit, tooLong), // behind the shell: whoever sent too much sees their own page's head
		origin.Handler,
		httpx.RefererGuard(foreign),
		a.misses(),
		a.hoarders,
		a.often,
	}, nil
}

// bodyLimit says how many bytes the body of a request to a path may have.
func bodyLimit(path string) int64 {
	switch {
	case path == "/seller/imports":
		return feed.MaxUpload + 1<<20
	case strings.HasPrefix(path, "/seller/listings"):
		return listing.MaxPhotos*media.MaxImageBytes + 1<<20
	case strings.HasPrefix(path, "/export/desks/"), strings.HasPrefix(path, "/seller/export/cases/"), path == "/seller/export/contracts",
		strings.HasPrefix(path, "/seller/export/goods/"):
		return officers.MaxUpload
	case path == "/seller/export/table":
		return goods.MaxUpload + 1<<20
	case path == "/admin/payments/statements":
		return 32 << 20
	case strings.HasPrefix(path, "/webhooks/"):
		return 6 << 20 // the handler itself refuses what is over its own limit, with 413
	}
	return 1 << 20
}

// routes is the map of the site.
func (a *App) routes(r chi.Router, c Config) {
	m := a.m
	r.NotFound(web.Handle(func(_ http.ResponseWriter, r *http.Request) error {
		if ofPrograms(r) {
			return errs.New(errs.NotFound, "error.no_address")
		}
		return errs.New(errs.NotFound, "error.not_found")
	}))
	r.MethodNotAllowed(notAllowed(r))
	r.Use(middleware.GetHead) // who asks for the head of a page gets it
	r.Get(static.Prefix+"*", static.Handler().ServeHTTP)
	r.Get("/media/art/*", art.Handler().ServeHTTP)
	media.NewHandlers(m.media).Routes(r)
	pages.Routes(r)
	if c.Demo {
		pages.DataRoutes(r)
	}
	a.machineRoutes(r)

	m.destination.Routes(r)
	(&account.Handlers{Account: m.account}).Routes(r)
	if c.Demo || c.Env != "production" && c.SMTPURL == "" {
		(&notify.DevHandlers{Notify: m.notify}).Routes(r)
	}
	m.search.Routes(r)
	goods := catalog.NewHandlers(m.catalog, m.search)
	goods.Awaits = m.order.Awaits
	goods.Routes(r)
	(&cart.Handlers{Carts: m.cart, Ensure: m.account.EnsureSession}).Routes(r)
	(&order.Handlers{Orders: m.order, Accounts: m.account, Destinations: m.destination, SellerNav: hubNav, AdminNav: deskNav, Lacking: m.listing.Lacking}).Routes(r)
	pay := &payment.Handlers{S: m.payment, Nav: func(ctx context.Context) []web.NavItem { return places.Desk(ctx, "/admin/payments") }}
	pay.Routes(r)

	(&shipping.Handlers{Shipping: m.shipping, SellerNav: hubNav, AdminNav: deskNav}).Routes(r)
	a.exportRoutes(r, c)
	shops := seller.NewHandlers(m.seller)
	r.Group(func(r chi.Router) {
		r.Use(account.RequirePerson)
		shops.PersonRoutes(r)
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller(account.Owner, account.Manager))
		shops.SellerRoutes(r)
		listing.NewHandlers(m.listing).SellerRoutes(r)
		feed.NewHandlers(m.feed, m.now).Routes(r)
		joining.NewHandlers(m.joining).Routes(r)
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff())
		moderation.NewHandlers(m.desk, m.shopNames(a.db), listing.KindNew, listing.KindEdit, feed.KindName, joining.KindName).Routes(r)
		seller.NewAdminHandlers(m.seller, m.figures(a.db)).AdminRoutes(r)
		curation.NewHandlers(m.curation).AdminRoutes(r)
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff(account.Admin))
		pay.AdminRoutes(r)
	})
	(&desk.Handlers{DB: a.db, Account: m.account, Now: m.now, Waiting: m.waiting(a.db)}).Routes(r)
}

func hubNav(r *http.Request, current string) (string, []web.NavItem) {
	return places.HubTitle(r.Context()), places.Hub(r.Context(), current)
}

func deskNav(r *http.Request, current string) (string, []web.NavItem) {
	return places.DeskTitle(r.Context()), places.Desk(r.Context(), current)
}

// shopNames tells the desk what shops are called.
func (m *modules) shopNames(db *pgxpool.Pool) func(ctx context.Context, ids []int64) (map[int64]string, error) {
	return func(ctx context.Context, ids []int64) (map[int64]string, error) {
		shops, err := seller.ByIDs(ctx, db, ids)
		names := make(map[int64]string, len(shops))
		for id, shop := range shops {
			names[id] = shop.Name
		}
		return names, err
	}
}

// figures counts a shop's goods and parcels for the desk.
func (m *modules) figures(db *pgxpool.Pool) func(ctx context.Context, sellerID int64) (seller.Figures, error) {
	return func(ctx context.Context, sellerID int64) (f seller.Figures, err error) {
		if f.Offers, f.OnSale, err = catalog.SellerOffers(ctx, db, sellerID); err != nil {
			return f, err
		}
		counts, err := m.order.Counts(ctx, sellerID)
		for _, c := range counts {
			f.Parcels += c.N
			f.Late += c.Late
		}
		return f, err
	}
}

// waiting is what the desk's first page counts.
func (m *modules) waiting(_ *pgxpool.Pool) []desk.Waiting {
	return []desk.Waiting{
		{Key: "desk.wait.requests", Path: "/admin/moderation", Count: func(ctx context.Context) (int, error) {
			counts, err := m.desk.Counts(ctx)
			sum := 0
			for _, n := range counts {
				sum += n
			}
			return sum, err
		}},
		{Key: "desk.wait.sellers", Path: "/admin/sellers", Count: func(ctx context.Context) (int, error) {
			counts, err := m.seller.CountByStatus(ctx)
			return counts["applied"] + counts["in_review"], err
		}},
		{Key: "desk.wait.payments", Path: "/admin/payments", Admin: true, Count: func(ctx context.Context) (int, error) {
			n, err := m.payment.OpenAlerts(ctx)
			return int(n), err
		}},
	}
}
