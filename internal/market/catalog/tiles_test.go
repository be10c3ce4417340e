package catalog_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// A card that two shops sell shows the cheaper offer everywhere but on the dearer shop's own page.
func TestAShopsPageSellsItsOwn(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	_, card, cheap := catalogtest.Sale(t, db, 100_000, 5)
	rival := catalogtest.Shop(t, db)
	dear := catalogtest.Offer(t, db, rival, card.Variants["main"], 120_000, 5)
	ids := []int64{card.ProductID}
	for shop, want := range map[int64]int64{0: cheap, rival.ID: dear} {
		tiles, err := catalog.TilesOf(t.Context(), db, ids, shop)
		if err != nil || len(tiles) != 1 || tiles[0].OfferID != want {
			t.Errorf("shop %d: %+v, %v; want offer %d", shop, tiles, err, want)
		}
	}
}
