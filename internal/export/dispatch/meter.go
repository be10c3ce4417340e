package dispatch

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// contractOf finds the foreign contract that a parcel counts under: the order itself, unless its seller sells there under
// an agency contract. It says whether the parcel is on its meter.
func contractOf(ctx context.Context, db pg.DB, p Parcel, x order.Shipment) (contract.Standing, error) {
	list, err := contract.UnderAll(ctx, db, []contract.Sale{sale(p, x)})
	if err != nil {
		return contract.Standing{}, err
	}
	return list[0], nil
}

func sale(p Parcel, x order.Shipment) contract.Sale {
	return contract.Sale{SellerID: p.SellerID, Parcel: p.Number, Order: x.Order.Number, Country: p.Country, PlacedAt: x.Order.PlacedAt}
}

// under takes over what was sent under the parcel's contract before it, and what currency control holds of it.
func (j *judgement) under(c contract.Standing) {
	j.Contract = c
	f := &j.Facts
	// Counted already, the parcel is in the sum; its own value may have shrunk since.
	f.ContractRUB = max(f.ValueRUB, c.SumRUB)
	if !c.Counted {
		f.ContractRUB = c.SumRUB + f.ValueRUB
	}
	for _, doc := range c.Documents() {
		if !slices.Contains(f.Documents, doc) {
			f.Documents = append(slices.Clone(f.Documents), doc)
		}
	}
}

// count puts a cleared parcel on its contract's meter, which warns the seller and asks the desk before each band.
func (s *Service) count(ctx context.Context, tx pgx.Tx, p Parcel, j judgement) error {
	_, err := s.Desk.Contracts.Add(ctx, tx, j.Contract.Contract, p.Number, p.ValueRUB, j.Facts.ContractRUB)
	return err
}
