package catalog

import (
	"context"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// catalogueView is a page of categories: all of them, or those of one group of the first menu.
type catalogueView struct {
	Page   web.Page
	Crumbs []ui.Link
	Title  string
	Tiles  []catTile
	Goods  []ui.Product // what is bought most of all that stands below
	Lists  []categoryList
}

// categoryList is a category with those right below it: the ones that have goods first, and Open of them unfolded.
type categoryList struct {
	Link     ui.Link
	Children []ui.Link
	Open     int
}

func (h *Handlers) catalogue(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	stamp, err := h.s.stamps.Of(ctx, foundTopics)
	if err != nil {
		return err
	}
	tree, err := h.s.Tree(ctx)
	if err != nil {
		return err
	}
	groups, err := taxonomy.HomeGroups()
	if err != nil {
		return err
	}
	full, err := h.filled(ctx, tree)
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "catalog.all")
	v := catalogueView{Title: title, Tiles: groupTiles(ctx, tree, groups), Lists: lists(ctx, tree, tree.Children(0), full),
		Page: web.Page{Title: title, Description: i18n.T(ctx, "catalog.home.about"), Path: "/c", Section: "goods", Tab: "catalog"}}
	pagecache.Keep(ctx, stamp, foundTopics...)
	web.Public(w, r, keepLists)
	return web.Render(w, r, http.StatusOK, catalogueTempl(v))
}

// maxLinks is how many categories a shelf shows before the rest is folded: a page of names is read in one look.
const maxLinks = 8

// lists gives each root with those below it. What has goods comes first, and with any of them the empty are folded:
// nobody walks down to a bare shelf unless they look for it. In a market without goods all stand as they are.
func lists(ctx context.Context, tree *Tree, roots []Category, full map[int64]bool) []categoryList {
	lang := i18n.LangOf(ctx)
	link := func(c Category) ui.Link {
		return ui.Link{Label: c.Name.In(lang), Href: web.Path(ctx, CategoryPath(c.Slug))}
	}
	list := make([]categoryList, 0, len(roots))
	for _, c := range fullFirst(roots, full) {
		l := categoryList{Link: link(c)}
		for _, child := range fullFirst(tree.Children(c.ID), full) {
			l.Children = append(l.Children, link(child))
			if full[child.ID] {
				l.Open++
			}
		}
		if len(full) == 0 {
			l.Open = len(l.Children)
		}
		l.Open = min(l.Open, maxLinks)
		list = append(list, l)
	}
	return list
}

func fullFirst(list []Category, full map[int64]bool) []Category {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b Category) int {
		switch {
		case full[a.ID] == full[b.ID]:
			return 0
		case full[a.ID]:
			return -1
		}
		return 1
	})
	return sorted
}

// category shows the goods of a category, or the categories of a group of the first menu.
func (h *Handlers) category(w http.ResponseWriter, r *http.Request) error {
	ctx, slug := r.Context(), chi.URLParam(r, "category")
	tree, err := h.s.someTree(ctx)
	if err != nil {
		return err
	}
	c, _ := tree.BySlug(slug)
	lines, err := h.s.stamps.Lines(ctx, search.TopicsOf(c.ID)) // before all that the page shows, the tree among it
	if err != nil {
		return err
	}
	if tree, err = h.s.treeOf(ctx, lines); err != nil {
		return err
	}
	if c, ok := tree.BySlug(slug); ok && c.Shown {
		return h.categoryGoods(w, r, lines, tree, c)
	}
	groups, err := taxonomy.HomeGroups()
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g.Slug == slug {
			return h.group(w, r, lines.Sum(foundTopics), tree, g)
		}
	}
	return errs.New(errs.NotFound, "catalog.category.not_found")
}

// group shows a department of the first menu: what is bought in it, and its categories.
func (h *Handlers) group(w http.ResponseWriter, r *http.Request, stamp int64, tree *Tree, g taxonomy.Group) error {
	ctx := r.Context()
	var roots []Category
	for _, code := range g.Categories {
		if c, ok := tree.ByCode(code); ok && c.Shown {
			roots = append(roots, c)
		}
	}
	full, err := h.filled(ctx, tree)
	if err != nil {
		return err
	}
	goods, err := h.bought(ctx, g.Slug, roots, full)
	if err != nil {
		return err
	}
	title := Text{RU: g.RU, EN: g.EN}.In(i18n.LangOf(ctx))
	pagecache.Keep(ctx, stamp, foundTopics...)
	web.Public(w, r, keepLists)
	return web.Render(w, r, http.StatusOK, catalogueTempl(catalogueView{Title: title, Goods: goods, Lists: lists(ctx, tree, roots, full),
		Crumbs: []ui.Link{{Label: i18n.T(ctx, "catalog.all"), Href: web.Path(ctx, "/c")}, {Label: title, Current: true}},
		Page:   web.Page{Title: title, Path: CategoryPath(g.Slug), Section: "goods", Tab: "catalog"}}))
}
