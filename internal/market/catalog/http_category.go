package catalog

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// catalogueView is a page of categories: all of them, or those of one group of the first menu.
type catalogueView struct {
	Page   web.Page
	Crumbs []ui.Link
	Title  string
	Tiles  []catTile
	Lists  []categoryList
}

// categoryList is a category with those right below it.
type categoryList struct {
	Link     ui.Link
	Children []ui.Link
}

func (h *Handlers) catalogue(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	tree, err := h.s.Tree(ctx)
	if err != nil {
		return err
	}
	t, err := taxonomy.Load()
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "catalog.all")
	v := catalogueView{Title: title, Tiles: groupTiles(ctx, tree, t.Groups), Lists: lists(ctx, tree, tree.Children(0)),
		Page: web.Page{Title: title, Description: i18n.T(ctx, "catalog.home.about"), Path: "/c", Section: "goods", Tab: "catalog"}}
	pagecache.Keep(ctx, tree.stamp, pagecache.Tree)
	web.Public(w, r, keepLists)
	return web.Render(w, r, http.StatusOK, catalogueTempl(v))
}

func lists(ctx context.Context, tree *Tree, roots []Category) []categoryList {
	lang := i18n.LangOf(ctx)
	list := make([]categoryList, 0, len(roots))
	for _, c := range roots {
		l := categoryList{Link: ui.Link{Label: c.Name.In(lang), Href: web.Path(ctx, CategoryPath(c.Slug))}}
		for _, child := range tree.Children(c.ID) {
			l.Children = append(l.Children, ui.Link{Label: child.Name.In(lang), Href: web.Path(ctx, CategoryPath(child.Slug))})
		}
		list = append(list, l)
	}
	return list
}

// category shows the goods of a category, or the categories of a group of the first menu.
func (h *Handlers) category(w http.ResponseWriter, r *http.Request) error {
	ctx, slug := r.Context(), chi.URLParam(r, "category")
	tree, err := h.s.Tree(ctx)
	if err != nil {
		return err
	}
	if c, ok := tree.BySlug(slug); ok && c.Shown {
		return h.categoryGoods(w, r, tree, c)
	}
	t, err := taxonomy.Load()
	if err != nil {
		return err
	}
	for _, g := range t.Groups {
		if g.Slug == slug {
			pagecache.Keep(ctx, tree.stamp, pagecache.Tree)
			web.Public(w, r, keepLists)
			return web.Render(w, r, http.StatusOK, catalogueTempl(groupPage(ctx, tree, g)))
		}
	}
	return errs.New(errs.NotFound, "catalog.category.not_found")
}

func groupPage(ctx context.Context, tree *Tree, g taxonomy.Group) catalogueView {
	var roots []Category
	for _, code := range g.Categories {
		if c, ok := tree.ByCode(code); ok && c.Shown {
			roots = append(roots, c)
		}
	}
	title := Text{RU: g.RU, EN: g.EN}.In(i18n.LangOf(ctx))
	return catalogueView{Title: title, Lists: lists(ctx, tree, roots),
		Crumbs: []ui.Link{{Label: i18n.T(ctx, "catalog.all"), Href: web.Path(ctx, "/c")}, {Label: title, Current: true}},
		Page:   web.Page{Title: title, Path: CategoryPath(g.Slug), Section: "goods", Tab: "catalog"}}
}
