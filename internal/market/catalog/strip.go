package catalog

import (
	"context"
	"sync"
	"time"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/web/ui"
)

const (
	stripSize = 6
	maxStrips = 1000 // categories
)

// strip is the newest cards of a category, which stand under every card of it. To visitors at home they look the same on
// all those pages, so they are printed once in each language.
type strip struct {
	tiles []Tile

	mu      sync.Mutex
	printed map[i18n.Lang][]string // HTML of each tile
}

// related is the strip under a card, without the card itself; nil when there are no others. It marks the answer as
// speaking of it. The watch has looked since the visitor came.
func (s *Service) related(ctx context.Context, categoryID, productID int64) (templ.Component, error) {
	f, err := s.strips.GetWatched(ctx, s.watch, s.stamps, categoryID, func() (pagecache.Fact[*strip], error) { return s.readStrip(ctx, categoryID) })
	if err != nil {
		return nil, err
	}
	pagecache.Keep(ctx, f.Stamp, f.Topics...)
	home := destination.Of(ctx).Zero()
	var printed []string
	if home {
		if printed, err = f.Value.print(ctx, s.now()); err != nil {
			return nil, err
		}
	}
	at := f.Value.others(productID)
	switch {
	case len(at) == 0:
		return nil, nil
	case home:
		return ui.ProdsPrinted(pickAt(printed, at)), nil
	}
	return ui.ProdsBelow(printTiles(ctx, pickAt(f.Value.tiles, at), s.now())), nil
}

// readStrip reads one card more than is shown, since the card of the page is not among them.
func (s *Service) readStrip(ctx context.Context, categoryID int64) (f pagecache.Fact[*strip], err error) {
	shelf := []string{pagecache.Category(categoryID)}
	stamp, err := s.stamps.Of(ctx, shelf)
	if err != nil {
		return f, err
	}
	ids, err := selectSiblings(ctx, s.db, categoryID, stripSize+1)
	if err != nil {
		return f, err
	}
	cards, err := stampCards(ctx, s.db, ids)
	if err != nil {
		return f, err
	}
	f.Stamp, f.Topics = stamp+cards.Stamp, append(shelf, cards.Topics...)
	tiles, err := Tiles(ctx, s.db, ids)
	f.Value = &strip{tiles: tiles, printed: map[i18n.Lang][]string{}}
	return f, err
}

// print gives the HTML of each tile as it looks at home. A strip is thrown away when a spell ends, and with it the day of
// delivery that it names.
func (s *strip) print(ctx context.Context, now time.Time) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lang := i18n.LangOf(ctx)
	if s.printed[lang] == nil {
		list := make([]string, 0, len(s.tiles))
		for _, p := range printTiles(ctx, s.tiles, now) {
			html, err := ui.PrintBelow(ctx, p)
			if err != nil {
				return nil, err
			}
			list = append(list, html)
		}
		s.printed[lang] = list
	}
	return s.printed[lang], nil
}

// others are the places of the cards that stand under the page of one card: all but itself.
func (s *strip) others(productID int64) []int {
	list := make([]int, 0, stripSize)
	for i := range s.tiles {
		if s.tiles[i].ProductID != productID && len(list) < stripSize {
			list = append(list, i)
		}
	}
	return list
}

// pickAt picks what stands at some places.
func pickAt[T any](list []T, at []int) []T {
	out := make([]T, len(at))
	for i, place := range at {
		out[i] = list[place]
	}
	return out
}
