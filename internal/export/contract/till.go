package contract

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Agencies lists the agency contracts that are in force for orders placed now, by seller, those for one destination before
// those for all: what is about to be sold counts under the first that For finds.
func Agencies(ctx context.Context, db pg.DB, sellers []int64, now time.Time) (_ map[int64][]Contract, err error) {
	defer errs.Wrap(&err, "contract.Agencies(%d)", len(sellers))
	list, err := listAgencies(ctx, db, sellers, now)
	found := map[int64][]Contract{}
	for _, c := range list {
		found[c.SellerID] = append(found[c.SellerID], c)
	}
	return found, err
}

// For finds among a seller's agency contracts the one that orders to a country come under; false for a retail order, which
// is a contract of its own.
func For(list []Contract, country string) (Contract, bool) {
	for _, c := range list {
		if c.Market == country || c.Market == "" {
			return c, true
		}
	}
	return Contract{}, false
}

func listAgencies(ctx context.Context, db pg.DB, sellers []int64, now time.Time) ([]Contract, error) {
	return pg.List[Contract](ctx, db, `select `+columns+` from export_contracts c
		where c.seller_id = any($1) and c.kind = 'agency' and c.created_at <= $2
			and c.signed_on <= ($2 at time zone 'Europe/Moscow')::date and (c.ends_on is null or c.ends_on >= ($2 at time zone 'Europe/Moscow')::date)
		order by c.seller_id, c.market desc, c.id desc`, sellers, now)
}
