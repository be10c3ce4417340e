package abroad

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ShelfOf finds for each product the offer that a card of it stands for abroad; what nobody sells now is left out.
func ShelfOf(ctx context.Context, db pg.DB, products []int64) (_ []Shown, err error) {
	defer errs.Wrap(&err, "abroad.ShelfOf")
	return pg.List[Shown](ctx, db, `
		select distinct on (f.product_id) f.product_id, f.offer_id, f.seller_id, f.price, coalesce(g.abroad, false) as offered,
			coalesce(g.ready and s.seller_id is not null, false) as ready, coalesce(g.version, 0)::int as version, coalesce(s.version, 0)::int as terms
		from offer_facts f left join export_goods g on g.seller_id = f.seller_id and g.offer_id = f.offer_id
			left join export_sellers s on s.seller_id = f.seller_id
		where f.product_id = any($1) and f.blocked is null
		order by f.product_id, ready desc, offered desc, f.price, f.offer_id`, products)
}
