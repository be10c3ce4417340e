// Package figures judges how shops serve, by their orders: how much they sold, how punctually, how often they called something
// off. It owns the rule and its daily job; the figures themselves are the shops', and what becomes of an order is package
// order's.
package figures

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// How a shop serves is judged by its paid orders of the time Over. A shop with fewer than From of them keeps the figures it
// has: a handful says nothing, and a demonstration's figures are not wiped out by its first buyer.
const (
	Over = 90 * 24 * time.Hour
	From = 20
)

// figures is how a shop served over the time Over.
type figures struct {
	SellerID  int64
	Sold      int // orders of which something was not called off
	Orders    int
	Cancelled int // orders from which the seller called something off
	Due       int // parcels handed over, or that should have been by now
	OnTime    int // parcels handed over by the promised day
}

// permille is part of whole in thousandths, rounded; −1 when there is nothing to judge by.
func permille(part, whole int) int {
	if whole == 0 {
		return -1
	}
	return (part*1000 + whole/2) / whole
}

// into writes the figures over a shop's quality; the rating is the reviews' business.
func (f figures) into(q seller.Quality) seller.Quality {
	q.Sales, q.OnTimePermille, q.CancelPermille = f.Sold, permille(f.OnTime, f.Due), permille(f.Cancelled, f.Orders)
	return q
}

// Refresh brings sales, punctuality and cancellations of every shop with enough orders up to
// date and says how many shops changed. Their goods are indexed anew, because what sells well is
// found sooner and the choice of a seller weighs how they serve.
func Refresh(ctx context.Context, db *pgxpool.Pool, now time.Time) (changed int, err error) {
	defer errs.Wrap(&err, "figures.Refresh")
	list, err := selectFigures(ctx, db, now.Add(-Over), now, From)
	if err != nil {
		return 0, err
	}
	ids := make([]int64, len(list))
	for i, f := range list {
		ids[i] = f.SellerID
	}
	shops, err := seller.ByIDs(ctx, db, ids)
	if err != nil {
		return 0, err
	}
	for _, f := range list {
		was := shops[f.SellerID].Quality
		q := f.into(was)
		if q == was {
			continue
		}
		err := pg.InTx(ctx, db, func(tx pgx.Tx) error {
			if err := seller.SetQuality(ctx, tx, f.SellerID, q); err != nil {
				return err
			}
			return catalog.SellerChanged(ctx, tx, f.SellerID)
		})
		if err != nil {
			return changed, err
		}
		changed++
	}
	return changed, nil
}
