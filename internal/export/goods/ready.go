package goods

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Ready is a listing that may be offered abroad, as a list of goods asks about it.
type Ready struct {
	ProductID, SellerID int64
	GrossGrams          int64 // of one piece, packed
}

// ReadyOf finds who sells these products and has made their listing ready for the way abroad: each seller's lightest
// variant of each product.
func ReadyOf(ctx context.Context, db pg.DB, products []int64) (_ []Ready, err error) {
	defer errs.Wrap(&err, "goods.ReadyOf")
	return pg.List[Ready](ctx, db, `
		select v.product_id, o.seller_id, min(g.gross_g) as gross_grams
		from variants v join offers o on o.variant_id = v.id and o.abroad and o.status = 'active'
		join export_goods g on g.seller_id = o.seller_id and g.offer_id = o.id and g.ready
		where v.product_id = any($1) group by 1, 2`, products)
}
