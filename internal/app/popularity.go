package app

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// soldWithin is how far back sales say what is popular now.
const soldWithin = 90 * 24 * time.Hour

// soldCards counts how many orders each card is in lately, paid and not cancelled, by the card's number. One buyer of a
// hundred pieces says no more than one of a single piece. The search takes it for its popularity.
func soldCards(db pg.DB, now func() time.Time) func(context.Context) (map[int64]int, error) {
	type row struct {
		ProductID int64
		Orders    int
	}
	return func(ctx context.Context) (map[int64]int, error) {
		rows, err := pg.List[row](ctx, db, `
			select l.product_id, count(distinct o.purchase_id)::integer as orders
			from orders o
			join order_lines l on l.seller_id = o.seller_id and l.order_id = o.id
			where o.placed_at > $1 and o.paid_at is not null and l.qty > l.cancelled
			group by l.product_id`, now().Add(-soldWithin))
		sold := make(map[int64]int, len(rows))
		for _, r := range rows {
			sold[r.ProductID] = r.Orders
		}
		return sold, err
	}
}
