package order

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// fillParcels reads parcels of a seller with their orders and what is in them.
func fillParcels(ctx context.Context, db pg.DB, d *Dossier, sellerID int64, ids []int64) error {
	const those = ` in (select c.order_id from parcels c where c.seller_id = $1 and c.id = any($2)) `
	b := &pgx.Batch{}
	queue(b, &d.Orders, `select `+orderCols+` from orders o where o.seller_id = $1 and o.id`+those, sellerID, ids)
	queue(b, &d.Lines, `select `+lineCols+` from order_lines l where l.seller_id = $1 and l.order_id`+those+`order by l.id`, sellerID, ids)
	queue(b, &d.Parcels, `select `+parcelCols+` from parcels c where c.seller_id = $1 and c.id = any($2)`, sellerID, ids)
	queue(b, &d.ParcelLines, `select x.parcel_id, x.order_line_id, x.qty from parcel_lines x
		where x.seller_id = $1 and x.parcel_id = any($2) order by x.parcel_id, x.order_line_id`, sellerID, ids)
	var sellers []SellerCard
	queue(b, &sellers, `select s.id, s.slug, s.name, s.city from sellers s where s.id = $1`, sellerID)
	if err := db.SendBatch(ctx, b).Close(); err != nil {
		return errs.FromPG(err, nil)
	}
	d.Sellers = make(map[int64]SellerCard, len(sellers))
	for _, s := range sellers {
		d.Sellers[s.ID] = s
	}
	return nil
}
