package order

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// lockPurchaseOfParcel is lockPurchase by one of its parcels.
func lockPurchaseOfParcel(ctx context.Context, db pg.DB, parcelID int64) (Purchase, error) {
	return pg.One[Purchase](ctx, db, `
		select `+purchaseCols+` from purchases
		where id = (select o.purchase_id from parcels c join orders o on o.seller_id = c.seller_id and o.id = c.order_id where c.id = $1)
		for update`, parcelID)
}

func selectParcel(ctx context.Context, db pg.DB, id int64) (Parcel, error) {
	return pg.One[Parcel](ctx, db, `select `+parcelCols+` from parcels c where c.id = $1`, id)
}

// whose is the purchase and the seller that an order belongs to.
type whose struct{ PurchaseID, SellerID int64 }

func selectWhose(ctx context.Context, db pg.DB, orderID int64) (whose, error) {
	return pg.One[whose](ctx, db, `select purchase_id, seller_id from orders where id = $1`, orderID)
}
