package catalog

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/web/ui"
)

// boughtCards is one row on a wide screen; on a phone the categories are not far below.
const boughtCards = 6

// maxDepartments bounds the answers that are kept: a dozen departments in two languages, at home and for some countries.
const maxDepartments = 100

// department is a department of the first menu as some visitors see it.
type department struct {
	slug    string
	lang    i18n.Lang
	country string
}

// favourites is what is asked for most in a category, with the question that it answers.
type favourites struct {
	slug string
	p    search.Params
	res  search.Result
}

// filled are the categories under which something is on show, read anew when the index or the tree has changed.
func (h *Handlers) filled(ctx context.Context, tree *Tree) (map[int64]bool, error) {
	f, err := h.full.Get(ctx, h.s.stamps, struct{}{}, func() (f pagecache.Fact[map[int64]bool], err error) {
		f.Topics = foundTopics
		if f.Stamp, err = h.s.stamps.Of(ctx, foundTopics); err == nil {
			f.Value, err = h.s.filled(ctx, tree)
		}
		return f, err
	})
	return f.Value, err
}

// bought gives the goods that are asked for most below roots, a few of each in turn. They are searched for once and kept
// while nothing in the index changes: who is signed in has no kept page.
func (h *Handlers) bought(ctx context.Context, slug string, roots []Category, full map[int64]bool) ([]ui.Product, error) {
	key := department{slug, i18n.LangOf(ctx), ui.Place(ctx).Code}
	f, err := h.departments.Get(ctx, h.s.stamps, key, func() (f pagecache.Fact[[]favourites], err error) {
		f.Topics = foundTopics
		if f.Stamp, err = h.s.stamps.Of(ctx, foundTopics); err == nil {
			f.Value, err = h.askedFor(ctx, key, roots, full)
		}
		return f, err
	})
	if err != nil {
		return nil, err
	}
	shelves := make([][]ui.Product, len(f.Value))
	for i, g := range f.Value {
		shelves[i] = search.NewView(ctx, h.s.now(), CategoryPath(g.slug), g.p, g.res, nil, Pictures, CategoryPath).Cards
	}
	var cards []ui.Product
	for row := range boughtCards {
		for _, shelf := range shelves {
			if row < len(shelf) && len(cards) < boughtCards {
				cards = append(cards, shelf[row])
			}
		}
	}
	return cards, nil
}

// askedFor searches each of the categories that has goods.
func (h *Handlers) askedFor(ctx context.Context, d department, roots []Category, full map[int64]bool) ([]favourites, error) {
	var goods []favourites
	for _, c := range roots {
		if !full[c.ID] {
			continue
		}
		p := search.Params{Lang: d.lang, Kind: search.Goods, CategoryID: c.ID, Country: d.country, Limit: boughtCards}
		res, err := h.find.Query(ctx, p)
		if err != nil {
			return nil, err
		}
		goods = append(goods, favourites{c.Slug, p, res})
	}
	return goods, nil
}
