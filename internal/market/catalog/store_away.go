package catalog

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// awayRow is an offer that is ready to be sent abroad.
type awayRow struct {
	ProductID, VariantID int64
	rivalFacts
}

// selectAway lists the offers of cards that are ready to be sent abroad, variant by variant in their order on the card. Of
// one variant the index looks at the fifty cheapest offers, and so does this.
func selectAway(ctx context.Context, db pg.DB, products []int64) ([]awayRow, error) {
	return pg.List[awayRow](ctx, db, `
		select v.product_id, v.id as variant_id, q.*
		from variants v cross join lateral (
			select `+rivalColumns+` from offer_facts f
			where f.variant_id = v.id and f.blocked is null order by f.price, f.offer_id limit 50) q
		join offers o on o.id = q.offer_id and o.abroad
		where v.product_id = any(array(select unnest($1::bigint[]))) and v.status = 'active' and q.currency = 'RUB'
		order by v.product_id, v.position, v.id, q.price, q.offer_id`, products)
}
