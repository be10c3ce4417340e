package curation

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// AdminRoutes mounts the catalogue at the operator's desk; the caller guards it with
// account.RequireStaff. Moderators take cards off the market; the tree is for admins to change.
func (h *Handlers) AdminRoutes(r chi.Router) {
	r.Get("/admin/categories", web.Handle(h.adminCategories))
	r.Get("/admin/categories/{category}", web.Handle(h.adminCategory))
	r.With(account.RequireStaff(account.Admin)).Post("/admin/categories/{category}", web.Handle(h.saveCategory))
	r.Get("/admin/goods", web.Handle(h.adminGoods))
	r.Get("/admin/goods/{product}", web.Handle(h.adminCard))
	r.Post("/admin/goods/{product}/block", web.Handle(h.blockCard))
	r.Post("/admin/goods/{product}/unblock", web.Handle(h.unblockCard))
}

const (
	maxAdminQuery = 100
	maxFound      = 50
	maxHistory    = 50
)

// asked is what was typed into a search of the desk, cut to a sane length.
func asked(r *http.Request) string {
	query := []rune(form.Clean(r.URL.Query().Get("q")))
	return string(query[:min(len(query), maxAdminQuery)])
}

// adminCategories lists what lies right below a category, or what a search finds anywhere.
func (h *Handlers) adminCategories(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), asked(r)
	tree, err := h.s.cards.Tree(ctx)
	if err != nil {
		return err
	}
	parent := catalog.Category{}
	if slug := r.URL.Query().Get("in"); slug != "" {
		var ok bool
		if parent, ok = tree.BySlug(slug); !ok {
			return errNoCategory
		}
	}
	categories := tree.Below(parent.ID)
	if query != "" {
		categories = tree.Named(query, i18n.LangOf(ctx), maxFound)
	}
	counts, err := countCards(ctx, h.s.db, idsOf(categories))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, adminCategoriesTempl(printCategories(ctx, tree, parent, query, categories, counts)))
}

func idsOf(categories []catalog.Category) []int64 {
	ids := make([]int64, len(categories))
	for i, c := range categories {
		ids[i] = c.ID
	}
	return ids
}

func (h *Handlers) categoryAsked(r *http.Request) (*catalog.Tree, catalog.Category, error) {
	tree, err := h.s.cards.Tree(r.Context())
	if err != nil {
		return nil, catalog.Category{}, err
	}
	c, ok := tree.BySlug(chi.URLParam(r, "category"))
	if !ok {
		return nil, c, errNoCategory
	}
	return tree, c, nil
}

func (h *Handlers) adminCategory(w http.ResponseWriter, r *http.Request) error {
	tree, c, err := h.categoryAsked(r)
	if err != nil {
		return err
	}
	marks, err := listAttributeMarks(r.Context(), h.s.db, c.ID)
	if err != nil {
		return err
	}
	return h.showCategory(w, r, tree, printCategory(c, marks), nil)
}

// showCategory renders the form; problem is why what it holds was refused.
func (h *Handlers) showCategory(w http.ResponseWriter, r *http.Request, tree *catalog.Tree, v categoryForm, problem error) error {
	ctx := r.Context()
	counts, err := countCards(ctx, h.s.db, []int64{v.Category.ID})
	if err != nil {
		return err
	}
	log, err := moderation.AuditOf(ctx, h.s.db, "category", v.Category.ID, maxHistory)
	if err != nil {
		return err
	}
	v.place(ctx, tree, counts[v.Category.ID])
	v.History = printHistory(ctx, log, h.s.now())
	v.Errs = ui.ErrsOf(ctx, problem)
	status := http.StatusOK
	if problem != nil {
		status = web.StatusOf(problem)
	}
	return web.Render(w, r, status, adminCategoryTempl(v))
}

// saveCategory keeps an edit. When somebody else was quicker, what was typed comes back over what
// they left, to be looked at and saved again.
func (h *Handlers) saveCategory(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	tree, c, err := h.categoryAsked(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	e := CategoryEdit{Name: catalog.Text{RU: f.Optional("name_ru", maxCategoryName), EN: f.Optional("name_en", maxCategoryName)},
		Position: int(f.Int("position", 0, 1_000_000)), Hidden: f.Bool("hidden"), Facets: numbers(f.All("facet")),
		Required: numbers(f.All("required")), Version: int(f.Int("version", 1, 1<<31-1))}
	problem := f.Err()
	if problem == nil {
		problem = h.s.EditCategory(ctx, account.SessionOf(ctx).PersonID, c.ID, e)
	}
	if errs.Is(problem, errs.Invalid) || errs.Is(problem, errs.Conflict) {
		marks, err := listAttributeMarks(ctx, h.s.db, c.ID)
		if err != nil {
			return err
		}
		return h.showCategory(w, r, tree, typedCategory(c, marks, e, f.Raw("position")), problem)
	}
	if problem != nil {
		return problem
	}
	return web.RedirectFlash(w, r, adminCategoryPath(c), web.Flash{Kind: ui.OK, Key: "curation.category_saved"})
}

// numbers reads ids out of ticked boxes; what is no id ticks nothing.
func numbers(texts []string) []int64 {
	var ids []int64
	for _, text := range texts {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

func adminCategoryPath(c catalog.Category) string { return "/admin/categories/" + c.Slug }

func isAdmin(ctx context.Context) bool { return web.ShellFrom(ctx).Person.Admin }
