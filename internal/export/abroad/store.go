package abroad

import (
	"cmp"
	"context"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ShelfOf finds for each card the offer that it stands for abroad; what nobody sells now is left out.
func ShelfOf(ctx context.Context, db pg.DB, cards []destination.Carded) (_ []Shown, err error) {
	defer errs.Wrap(&err, "abroad.ShelfOf")
	var open []int64 // cards that name no offer
	for _, c := range cards {
		if c.OfferID == 0 {
			open = append(open, c.ProductID)
		}
	}
	best := map[int64]int64{}
	if len(open) > 0 {
		if best, err = catalog.AwayOffers(ctx, db, open); err != nil {
			return nil, err
		}
	}
	products, offers := make([]int64, len(cards)), make([]int64, len(cards))
	for i, c := range cards {
		products[i], offers[i] = c.ProductID, cmp.Or(c.OfferID, best[c.ProductID])
	}
	rows, err := selectShelf(ctx, db, products, offers)
	list := make([]Shown, len(rows))
	for i, r := range rows {
		list[i] = r.Shown
		list[i].Card = cards[r.Place-1]
	}
	return list, err
}

// shelfRow is what is shown of a card, by the card's place in the list.
type shelfRow struct {
	Place int
	Shown
}

// selectShelf reads for each product the offer named beside it, or with 0 the cheapest there is.
func selectShelf(ctx context.Context, db pg.DB, products, offers []int64) ([]shelfRow, error) {
	return pg.List[shelfRow](ctx, db, `
		select distinct on (c.place) c.place::int as place, f.offer_id, f.seller_id, f.price, coalesce(g.abroad, false) as offered,
			coalesce(g.ready and s.seller_id is not null, false) as ready, coalesce(g.version, 0)::int as version, coalesce(s.version, 0)::int as terms
		from unnest($1::bigint[], $2::bigint[]) with ordinality as c (product_id, offer_id, place)
			join offer_facts f on f.product_id = c.product_id and f.blocked is null and (c.offer_id = 0 or f.offer_id = c.offer_id)
			left join export_goods g on g.seller_id = f.seller_id and g.offer_id = f.offer_id
			left join export_sellers s on s.seller_id = f.seller_id
		order by c.place, offered desc, f.price, f.offer_id`, products, offers)
}
