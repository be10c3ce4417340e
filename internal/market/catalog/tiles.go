package catalog

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Tile is a card in a grid outside the search: what it is, and its cheapest offer of now.
type Tile struct {
	ProductID   int64
	Slug        string
	Title       Text
	Photo       Photo
	OfferID     int64 // 0: nobody sells it now
	Price       Price
	Variants    int
	SellerName  string
	Days        int
	DeliveryFee money.Amount
	Rating      int // of the seller, hundredths; 0: none
	PublishedAt time.Time
	Proof       Proof
}

// Tiles reads cards by id with their cheapest offer, in the order of ids; what is not published is
// left out.
func Tiles(ctx context.Context, db pg.DB, ids []int64) ([]Tile, error) {
	return TilesOf(ctx, db, ids, 0)
}

// TilesOf is Tiles with the offers of one shop only: what its own page sells is its own.
func TilesOf(ctx context.Context, db pg.DB, ids []int64, sellerID int64) ([]Tile, error) {
	var prefer []int64
	if ui.Away(ctx) && sellerID == 0 { // a visitor from abroad is told of the offers that may be sent
		away, err := AwayOffers(ctx, db, ids)
		if err != nil {
			return nil, err
		}
		prefer = slices.Collect(maps.Values(away))
	}
	rows, err := selectTiles(ctx, db, ids, sellerID, prefer)
	if err != nil {
		return nil, err
	}
	tiles := make([]Tile, len(rows))
	for i, r := range rows {
		tiles[i] = r.tile()
	}
	slices.SortStableFunc(tiles, func(a, b Tile) int { return slices.Index(ids, a.ProductID) - slices.Index(ids, b.ProductID) })
	return tiles, nil
}

// UI makes the card ready to print.
func (t Tile) UI(ctx context.Context, now time.Time) ui.Product {
	lang := i18n.LangOf(ctx)
	p := ui.Product{ID: strconv.FormatInt(t.ProductID, 10), Title: t.Title.In(lang), Href: web.Path(ctx, ProductPath(t.Slug)),
		Pic: t.Photo.Pic("", "(min-width: 960px) 200px, 46vw")}
	if t.OfferID == 0 {
		p.Gone = i18n.T(ctx, "catalog.product.sold_out")
		return p
	}
	p.Price, p.Seller = moneyView(ctx, t.Price, t.Proof), t.SellerName
	p.Away = strconv.FormatInt(t.OfferID, 10)
	if !t.Proof.IsLow {
		p.Price.Proof = ""
	}
	r := Rival{Days: t.Days, DeliveryFee: t.DeliveryFee, Price: t.Price}
	p.Delivery = i18n.Capital(arrival(ctx, r, now)) + ", " + fee(ctx, r)
	if t.Variants == 1 {
		p.Offer = strconv.FormatInt(t.OfferID, 10)
	} else {
		p.Extra = ui.Button(ui.Btn{Label: i18n.T(ctx, "catalog.choose"), Href: p.Href, Kind: ui.Soft, Block: true,
			Aria: i18n.T(ctx, "catalog.choose.what", "title", p.Title)})
	}
	return p
}

func printTiles(ctx context.Context, tiles []Tile, now time.Time) []ui.Product {
	list := make([]ui.Product, len(tiles))
	for i, t := range tiles {
		list[i] = t.UI(ctx, now)
	}
	return ui.Reach(ctx, list)
}

// fallen finds cards whose price fell honestly: below a price that was charged for at least 14 days of the last 30.
// The deepest cut comes first; there are up to twice as many as asked for, since some turn out to be sold out.
func fallen(ctx context.Context, db pg.DB, now time.Time, limit int) ([]int64, map[int64]Proof, error) {
	rows, err := selectFallen(ctx, db, 40*limit)
	if err != nil {
		return nil, nil, err
	}
	proofs := map[int64]Proof{}
	var ids []int64
	for _, r := range rows {
		proof := Prove(money.Amount(r.Price), r.History, now)
		if _, seen := proofs[r.ProductID]; proof.Change > 0 && proof.IsLow && !seen {
			proofs[r.ProductID], ids = proof, append(ids, r.ProductID)
		}
	}
	slices.SortStableFunc(ids, func(a, b int64) int { return proofs[b].Change - proofs[a].Change })
	return ids[:min(len(ids), 2*limit)], proofs, nil
}

// deals are those of the cards that are cheapest at the price that fell.
func deals(tiles []Tile, proofs map[int64]Proof, limit int) []Tile {
	var list []Tile
	for _, t := range tiles {
		// The proof speaks of one offer: it is shown only when that is the one whose price is shown.
		if t.Proof = proofs[t.ProductID]; t.Proof.Low == t.Price.Amount && len(list) < limit {
			list = append(list, t)
		}
	}
	return list
}

// Newest lists the cards published last, of a category, a shop, or all when both are 0.
func Newest(ctx context.Context, db pg.DB, categoryID, sellerID int64, limit int) ([]Tile, error) {
	ids, err := selectNewest(ctx, db, categoryID, sellerID, limit)
	if err != nil {
		return nil, err
	}
	return TilesOf(ctx, db, ids, sellerID)
}
