package seller

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Figures are what other modules know of a shop.
type Figures struct {
	Offers, OnSale int
	Parcels, Late  int
}

// AdminHandlers are the shops at the operator's desk.
type AdminHandlers struct {
	s *Service
	// Figures counts a shop's goods and parcels; wiring gives it, because they are not this module's.
	Figures func(ctx context.Context, sellerID int64) (Figures, error)
}

// NewAdminHandlers makes the pages.
func NewAdminHandlers(s *Service, figures func(ctx context.Context, sellerID int64) (Figures, error)) *AdminHandlers {
	return &AdminHandlers{s: s, Figures: figures}
}

// AdminRoutes mounts the pages; the caller guards them with account.RequireStaff. Moderators decide
// on shops; whom to trust is for admins.
func (h *AdminHandlers) AdminRoutes(r chi.Router) {
	r.Get("/admin/sellers", web.Handle(h.list))
	r.Get("/admin/sellers/{seller}", web.Handle(h.show))
	r.Post("/admin/sellers/{seller}/approve", web.Handle(h.decide("approved", func(ctx context.Context, by, id int64, _ string) error {
		return h.s.Approve(ctx, by, id)
	})))
	r.Post("/admin/sellers/{seller}/refuse", web.Handle(h.decide("refused", h.s.Refuse)))
	r.Post("/admin/sellers/{seller}/suspend", web.Handle(h.decide("suspended", h.s.Suspend)))
	r.Post("/admin/sellers/{seller}/reopen", web.Handle(h.decide("reopened", func(ctx context.Context, by, id int64, _ string) error {
		return h.s.Reopen(ctx, by, id)
	})))
	r.With(account.RequireStaff(account.Admin)).Post("/admin/sellers/{seller}/trust", web.Handle(h.trust))
}

// adminTab is a list of shops in some states.
type adminTab struct {
	name     string
	statuses []string
}

var adminTabs = []adminTab{
	{Applied, waiting},
	{Open, []string{Open}},
	{Suspended, []string{Suspended}},
	{Terminated, []string{Terminated}},
	{"all", slices.Concat(waiting, []string{Open, Suspended, Terminated})},
}

// tabNamed finds a tab; a search without one looks everywhere, a visit begins with what waits.
func tabNamed(name, query string) adminTab {
	for _, t := range adminTabs {
		if t.name == name {
			return t
		}
	}
	if query != "" {
		return adminTabs[len(adminTabs)-1]
	}
	return adminTabs[0]
}

// maxQuery bounds what is looked for.
const maxQuery = 100

func (h *AdminHandlers) list(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	query := form.Clean(q.Get("q"))
	if runes := []rune(query); len(runes) > maxQuery {
		query = string(runes[:maxQuery])
	}
	tab := tabNamed(q.Get("status"), query)
	var before int64
	if _, err := paging.Decode(q.Get("after"), &before); err != nil {
		return err
	}
	word := strings.ToLower(query)
	counts, err := countFound(ctx, h.s.db, word)
	if err != nil {
		return err
	}
	shops, err := searchSellers(ctx, h.s.db, word, tab.statuses, before, paging.DefaultSize+1)
	if err != nil {
		return err
	}
	page, err := paging.Cut(shops, paging.DefaultSize, func(s Seller) any { return s.ID })
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, adminListTempl(printShops(ctx, tab, query, counts, page, h.s.now())))
}

func (h *AdminHandlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, nil, "")
}

// render shows a shop as it stands now; problem is what was refused, note what was typed.
func (h *AdminHandlers) render(w http.ResponseWriter, r *http.Request, problem error, note string) error {
	ctx := r.Context()
	shop, err := getAny(ctx, h.s.db, chi.URLParam(r, "seller"))
	if err != nil {
		return err
	}
	figures, err := h.Figures(ctx, shop.ID)
	if err != nil {
		return err
	}
	log, err := moderation.AuditOf(ctx, h.s.db, "seller", shop.ID, maxHistory)
	if err != nil {
		return err
	}
	v := printShop(ctx, shop, figures, log, h.s.now())
	v.Note, v.Errs = note, ui.ErrsOf(ctx, problem)
	status := http.StatusOK
	if problem != nil {
		status = web.StatusOf(problem)
	}
	return web.Render(w, r, status, adminShopTempl(v))
}

const (
	maxHistory = 50
	maxReason  = 1000
)

// decide makes the handler of one act. What is refused shows the shop as it stands, with the reason
// that was typed.
func (h *AdminHandlers) decide(done string, act func(ctx context.Context, by, id int64, note string) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		shop, err := getAny(r.Context(), h.s.db, chi.URLParam(r, "seller"))
		if err != nil {
			return err
		}
		f, err := form.Parse(r)
		if err != nil {
			return err
		}
		note := f.Optional("note", maxReason)
		problem := f.Err()
		if problem == nil {
			problem = act(r.Context(), account.SessionOf(r.Context()).PersonID, shop.ID, note)
		}
		return h.after(w, r, shop, problem, note, done)
	}
}

func (h *AdminHandlers) after(w http.ResponseWriter, r *http.Request, shop Seller, problem error, note, done string) error {
	if errs.Is(problem, errs.Invalid) || errs.Is(problem, errs.Conflict) {
		return h.render(w, r, problem, note)
	}
	if problem != nil {
		return problem
	}
	return web.RedirectFlash(w, r, adminPath(shop), web.Flash{Kind: ui.OK, Key: "seller.admin.done." + done, Args: []string{"shop", shop.Name}})
}

func adminPath(s Seller) string { return "/admin/sellers/" + s.Slug }

func (h *AdminHandlers) trust(w http.ResponseWriter, r *http.Request) error {
	shop, err := getAny(r.Context(), h.s.db, chi.URLParam(r, "seller"))
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	done, trusted := "untrusted", f.OneOf("trusted", "1", "0") == "1"
	if trusted {
		done = "trusted"
	}
	problem := f.Err()
	if problem == nil {
		problem = h.s.Trust(r.Context(), account.SessionOf(r.Context()).PersonID, shop.ID, trusted)
	}
	return h.after(w, r, shop, problem, "", done)
}
