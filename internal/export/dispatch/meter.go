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
// an agency contract. counted says whether the parcel is on its meter.
func contractOf(ctx context.Context, db pg.DB, p Parcel, x order.Shipment) (c contract.Contract, counted bool, err error) {
	return contract.Under(ctx, db, contract.Sale{SellerID: p.SellerID, Parcel: p.Number, Order: x.Order.Number, Country: p.Country, PlacedAt: x.Order.PlacedAt})
}

// underContract adds what was sent under the parcel's contract before it, and what currency control holds of it.
func (s *Service) underContract(ctx context.Context, p Parcel, x order.Shipment, j *judgement) (err error) {
	var counted bool
	if j.Contract, counted, err = contractOf(ctx, s.Pool, p, x); err != nil {
		return err
	}
	f := &j.Facts
	// Counted already, the parcel is in the sum; its own value may have shrunk since.
	f.ContractRUB = max(f.ValueRUB, j.Contract.SumRUB)
	if !counted {
		f.ContractRUB = j.Contract.SumRUB + f.ValueRUB
	}
	for _, doc := range j.Contract.Documents() {
		if !slices.Contains(f.Documents, doc) {
			f.Documents = append(slices.Clone(f.Documents), doc)
		}
	}
	return nil
}

// count puts a cleared parcel on its contract's meter, which warns the seller and asks the desk before each band.
func (s *Service) count(ctx context.Context, tx pgx.Tx, p Parcel, j judgement) error {
	_, err := s.Desk.Contracts.Add(ctx, tx, j.Contract, p.Number, p.ValueRUB, j.Facts.ContractRUB)
	return err
}
