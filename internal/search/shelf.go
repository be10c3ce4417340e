package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search/record"
)

// shelves are categories whose goods change in one transaction, or any of them.
type shelves struct {
	ids map[int64]struct{}
	any bool
}

func (s *shelves) add(categories []int64) {
	if s.ids == nil {
		s.ids = map[int64]struct{}{}
	}
	for _, id := range categories {
		s.ids[id] = struct{}{}
	}
}

// topics are those of the shelves after others, each once and in one order.
func (s *shelves) topics(others ...string) []string {
	if s.any {
		return append(others, pagecache.Shelves)
	}
	for _, id := range slices.Sorted(maps.Keys(s.ids)) {
		others = append(others, pagecache.Shelf(id))
	}
	return others
}

// shelvesOf are the categories that documents stand in, as far as they are in the index. Where that cannot be read, it
// may be any: who writes a document anew mends it, and must not be kept from that.
func shelvesOf(ctx context.Context, db pg.DB, ids []int32) (shelves, error) {
	packed, err := selectFacts(ctx, db, ids)
	if err != nil {
		return shelves{}, err
	}
	var on shelves
	reader := record.Read(packed)
	for rec, ok := reader.Next(); ok; rec, ok = reader.Next() {
		on.add(rec.Categories)
	}
	on.any = reader.Err() != nil
	return on, nil
}

// shelf is the first page of a category as it is found at home, in the usual order, before anything has a name: which
// documents it shows and what its facets count. To find that out, all goods of the category are read; so it is done
// once for each change, by a job, and not by the visitors of every copy of the program in each language.
type shelf struct {
	Total      int
	Capped     bool `json:",omitempty"`
	Low, High  money.Amount
	Categories Facet
	Brands     Facet
	Attrs      []Facet
	Docs       []uint32
	Next       *place `json:",omitempty"` // the last of them where more follow
}

// place is a position as it is stored.
type place struct {
	Key int64
	Doc uint32
}

// shelfForm is the number of this form of shelf; those that were stored in another are made anew.
const shelfForm = 1

// shelfFor is how long a shelf that nothing is known to have changed is shown. A program of the release before, beside
// this one during an upgrade, does not say which shelves it changes; so the order and the counts of a category may be as
// old as this then, and a price on its page as old as a page is kept.
const shelfFor = time.Hour

// shelved says that p asks for what a shelf answers.
func (p Params) shelved() bool {
	return p.keepable() && p.Kind == Goods && p.CategoryID != 0 && p.Country == "" && p.Sort == Popular && p.Limit == DefaultSize
}

// first finds the documents of the page and counts the facets: from the shelf that is ready, if it is true under lines.
func (r *run) first(ctx context.Context, lines pagecache.Lines) ([]scored, error) {
	if lines != nil && r.p.shelved() {
		s, ok, err := selectShelf(ctx, r.s.db, r.p.CategoryID, lines.Sum(shelfTopics(r.p.CategoryID)))
		if err != nil {
			return nil, err
		}
		if ok {
			return r.take(s), nil
		}
	}
	page, err := r.strict(ctx)
	if err != nil {
		return nil, err
	}
	r.res.trim(r.filt)
	return page, nil
}

// take answers by a shelf.
func (r *run) take(s shelf) []scored {
	r.res.Total, r.res.Capped, r.res.PriceLow, r.res.PriceHigh = s.Total, s.Capped, s.Low, s.High
	r.res.Categories, r.res.Brands, r.res.Attrs = s.Categories, s.Brands, s.Attrs
	r.res.Kinds = map[Kind]int{r.p.Kind: s.Total}
	if s.Next != nil {
		r.res.NextCursor = encodeCursor(r.p, position{s.Next.Key, s.Next.Doc})
	}
	page := make([]scored, len(s.Docs))
	for i, doc := range s.Docs {
		page[i].doc = doc
	}
	return page
}

// makeShelf reads all goods of a category.
func (s *Service) makeShelf(ctx context.Context, category int64) (shelf, error) {
	p, err := Params{Kind: Goods, CategoryID: category}.checked()
	if err != nil {
		return shelf{}, err
	}
	r, err := s.begin(ctx, p)
	if err != nil {
		return shelf{}, err
	}
	page, err := r.first(ctx, nil)
	made := shelf{Total: r.res.Total, Capped: r.res.Capped, Low: r.res.PriceLow, High: r.res.PriceHigh,
		Categories: r.res.Categories, Brands: r.res.Brands, Attrs: r.res.Attrs}
	for _, d := range page {
		made.Docs = append(made.Docs, d.doc)
	}
	if last := len(page) - 1; r.res.NextCursor != "" {
		made.Next = &place{Key: page[last].key, Doc: page[last].doc}
	}
	return made, err
}

// WriteShelves makes ready the first pages of categories that are not, those of the longest ago first, and says how many
// it made. One that cannot be made keeps no other from it.
func (s *Service) WriteShelves(ctx context.Context) (n int, err error) {
	defer errs.Wrap(&err, "search.WriteShelves")
	waiting, err := s.shelvesToWrite(ctx)
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, category := range waiting {
		switch err := s.writeShelf(ctx, category); {
		case err == nil:
			n++
		case ctx.Err() != nil:
			return n, err
		default:
			failed = append(failed, fmt.Errorf("category %d: %w", category, err))
		}
	}
	return n, errors.Join(failed...)
}

// shelvesToWrite lists the categories whose shelf is missing, has changed since or is old.
func (s *Service) shelvesToWrite(ctx context.Context) ([]int64, error) {
	all, err := pagecache.Stamp(ctx, s.db, []string{pagecache.Tree, pagecache.Shelves})
	if err != nil {
		return nil, err
	}
	stamps, err := pagecache.ShelfStamps(ctx, s.db)
	if err != nil {
		return nil, err
	}
	written, err := selectShelfStates(ctx, s.db)
	if err != nil {
		return nil, err
	}
	var waiting []int64
	for category, own := range stamps {
		if w := written[category]; w.Stamp != all+own || w.Form != shelfForm || w.Old {
			waiting = append(waiting, category)
		}
	}
	slices.SortFunc(waiting, func(a, b int64) int {
		return cmp.Or(written[a].MadeAt.Compare(written[b].MadeAt), cmp.Compare(a, b))
	})
	return waiting, nil
}

func (s *Service) writeShelf(ctx context.Context, category int64) error {
	stamp, err := pagecache.Stamp(ctx, s.db, shelfTopics(category)) // before what it is made of
	if err != nil {
		return err
	}
	made, err := s.makeShelf(ctx, category)
	if err != nil {
		return err
	}
	return upsertShelf(ctx, s.db, category, stamp, made)
}
