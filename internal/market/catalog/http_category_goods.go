package catalog

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// maxChips is how many subcategories a phone shows whole; more would push the goods away, and scroll sideways as one strip.
const maxChips = 3

type shelfView struct {
	Page     web.Page
	Crumbs   []ui.Link
	Title    string
	Children []ui.Filter
	Found    search.View
}

// categoryGoods answers a category's page: the same list and filters as the search has.
func (h *Handlers) categoryGoods(w http.ResponseWriter, r *http.Request, lines pagecache.Lines, tree *Tree, c Category) error {
	ctx := r.Context()
	p, problem := search.ParseParams(r)
	if problem != nil && !errs.Is(problem, errs.Invalid) {
		return problem
	}
	p.Kind, p.Category, p.CategoryID = search.Goods, "", c.ID
	res, err := h.find.Query(ctx, p)
	if err != nil {
		return err
	}
	lang, path := i18n.LangOf(ctx), CategoryPath(c.Slug)
	v := shelfView{Title: c.Name.In(lang), Found: search.NewView(ctx, h.s.now(), path, p, res, problem, Pictures, CategoryPath)}
	v.Crumbs = append(v.Crumbs, ui.Link{Label: i18n.T(ctx, "catalog.all"), Href: web.Path(ctx, "/c")})
	for _, step := range tree.Ancestors(c.ID) {
		v.Crumbs = append(v.Crumbs, ui.Link{Label: step.Name.In(lang), Href: web.Path(ctx, CategoryPath(step.Slug)), Current: step.ID == c.ID})
	}
	v.Children = chips(ctx, tree.Children(c.ID), res.Categories.Options)
	v.Page = web.Page{Title: v.Title, Description: i18n.T(ctx, "catalog.category.about", "name", v.Title), Path: path, Section: "goods",
		Tab: "catalog", Feed: "/feeds/c/" + c.Slug + ".xml", NoIndex: r.URL.RawQuery != "", Errors: len(v.Found.Problems),
		JSONLD: []any{crumbsLD(ctx, tree, c.ID, "", "")}}
	status := http.StatusOK
	if problem != nil {
		status = web.StatusOf(problem)
	}
	web.Public(w, r, keepProduct)
	pagecache.Keep(ctx, lines.Sum(res.Topics), res.Topics...)
	return web.Render(w, r, status, categoryTempl(v))
}

// chips lead to the categories right below, those that something was found in; where nothing was, or more was found
// than a facet holds, to all of them.
func chips(ctx context.Context, children []Category, found []search.Option) []ui.Filter {
	var all, some []ui.Filter
	for _, c := range children {
		chip := ui.Filter{Label: c.Name.In(i18n.LangOf(ctx)), Href: web.Path(ctx, CategoryPath(c.Slug))}
		all = append(all, chip)
		if slices.ContainsFunc(found, func(o search.Option) bool { return o.ID == c.ID && o.Count > 0 }) {
			some = append(some, chip)
		}
	}
	if len(some) > 0 && len(found) < search.MaxOptions {
		return some
	}
	return all
}

// foundTopics are what lists of categories speak of, and of the goods of many: all goods as the search has them.
var foundTopics = search.TopicsOf(0)

// Pictures makes the picture of a search result out of the path that the index keeps; wiring passes
// it to the search.
func Pictures(path string) ui.Pic {
	pic := ui.Pic{Src: path}
	dir, ok := strings.CutSuffix(path, "/320.jpg")
	if !ok {
		return pic
	}
	pic.Sizes = "(min-width: 960px) 200px, 46vw"
	pic.SrcSet = dir + "/320.jpg 320w, " + dir + "/640.jpg 640w"
	pic.WebP = dir + "/320.webp 320w, " + dir + "/640.webp 640w"
	return pic
}
