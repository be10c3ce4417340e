package catalog

import (
	"context"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/web"
)

// maxSimilar is one row of cards on a wide screen.
const maxSimilar = 6

// Similar finds for a page that is not there what its address seems to name; nil shows nothing.
func Similar(db pg.DB, find *search.Service, now func() time.Time) web.Similar {
	return func(ctx context.Context, words string) templ.Component {
		tiles, err := similar(ctx, db, find, words)
		if err != nil { // the page says what it has to say without them
			httpx.Warn(ctx, "similar goods not found", err)
			return nil
		}
		if len(tiles) == 0 {
			return nil
		}
		return similarStrip(printTiles(ctx, tiles, now()))
	}
}

func similar(ctx context.Context, db pg.DB, find *search.Service, words string) ([]Tile, error) {
	res, err := find.Query(ctx, search.Params{Q: words, Lang: i18n.LangOf(ctx), Kind: search.Goods, Limit: maxSimilar})
	if err != nil || len(res.Hits) == 0 && res.Without == "" { // what is left is popular, and like nothing that was asked for
		return nil, err
	}
	hits := slices.Concat(res.Hits, res.Near) // a result may be kept for others: nothing is added to its own list
	ids := make([]int64, 0, maxSimilar)
	for _, hit := range hits[:min(len(hits), maxSimilar)] {
		ids = append(ids, hit.RefID)
	}
	return Tiles(ctx, db, ids)
}
