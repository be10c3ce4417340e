package catalog

import (
	"context"
	"net/http"
	"slices"

	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/web"
)

// homeTopics are what decides which goods and shops the home page shows. The words and pictures of those cards are
// topics of their own.
var homeTopics = []string{pagecache.Tree, pagecache.Goods, pagecache.Shops}

const (
	homeDeals = 6
	homeFresh = 12
	homeShops = 8
)

func (h *Handlers) home(w http.ResponseWriter, r *http.Request) error {
	ctx, now := r.Context(), h.s.now()
	stamp, err := h.s.stamps.Of(ctx, homeTopics)
	if err != nil {
		return err
	}
	tree, err := h.s.Tree(ctx)
	if err != nil {
		return err
	}
	deals, fresh, err := h.homeGoods(ctx)
	if err != nil {
		return err
	}
	shops, err := seller.ListOpen(ctx, h.s.db, homeShops)
	if err != nil {
		return err
	}
	v, err := homePage(ctx, tree, deals, fresh, shops, now)
	if err != nil {
		return err
	}
	if h.Awaits != nil {
		if v.Today, err = h.Awaits(ctx); err != nil {
			return err
		}
	}
	pagecache.Keep(ctx, stamp, homeTopics...)
	web.Public(w, r, keepLists)
	return web.Render(w, r, http.StatusOK, homeTempl(v))
}

// homeGoods reads the deals and the newest cards, and marks the answer as speaking of each of them.
func (h *Handlers) homeGoods(ctx context.Context) (fell, fresh []Tile, err error) {
	dealIDs, proofs, err := fallen(ctx, h.s.db, h.s.now(), homeDeals)
	if err != nil {
		return nil, nil, err
	}
	freshIDs, err := selectNewest(ctx, h.s.db, 0, 0, homeFresh)
	if err != nil {
		return nil, nil, err
	}
	cards := make([]string, 0, len(dealIDs)+len(freshIDs)) // their shops are a topic of the page already
	for _, id := range slices.Concat(dealIDs, freshIDs) {
		cards = append(cards, pagecache.Card(id))
	}
	state, err := h.s.stamps.Of(ctx, cards)
	if err != nil {
		return nil, nil, err
	}
	pagecache.Keep(ctx, state, cards...)
	tiles, err := Tiles(ctx, h.s.db, slices.Concat(dealIDs, freshIDs))
	if err != nil {
		return nil, nil, err
	}
	return deals(pick(tiles, dealIDs), proofs, homeDeals), pick(tiles, freshIDs), nil
}

// pick finds the tiles of ids, in their order.
func pick(tiles []Tile, ids []int64) []Tile {
	list := make([]Tile, 0, len(ids))
	for _, id := range ids {
		if at := slices.IndexFunc(tiles, func(t Tile) bool { return t.ProductID == id }); at >= 0 {
			list = append(list, tiles[at])
		}
	}
	return list
}
