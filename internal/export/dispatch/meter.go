package dispatch

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/market/order"
)

// counterparty is the other side of a retail order's contract, which is the order itself.
const counterparty = "retail"

// underContract adds what was sent under the parcel's contract before it, and what currency control holds of it.
func (s *Service) underContract(ctx context.Context, p Parcel, f *clearance.Parcel) error {
	sum, err := desk.ContractSum(ctx, s.Pool, p.SellerID, counterparty, p.Contract)
	if err != nil {
		return err
	}
	// Counted already, the parcel is in the sum; its own value may have shrunk since.
	f.ContractRUB = max(f.ValueRUB, sum)
	if !p.counted() {
		f.ContractRUB = sum + f.ValueRUB
	}
	held, err := desk.ContractDocuments(ctx, s.Pool, p.SellerID, counterparty, p.Contract)
	for _, doc := range held {
		if !slices.Contains(f.Documents, doc) {
			f.Documents = append(slices.Clone(f.Documents), doc)
		}
	}
	return err
}

// counted reports whether the parcel is on its contract's meter: it is from its first pass on.
func (p *Parcel) counted() bool { return p.Barcode != "" || p.Version > 0 || p.State == Ready }

// count puts a cleared parcel on its contract's meter, which warns the seller before each band.
func (s *Service) count(ctx context.Context, tx pgx.Tx, p Parcel, x order.Shipment) error {
	_, err := s.Desk.AddSum(ctx, tx, desk.Sum{SellerID: p.SellerID, Counterparty: counterparty, Number: p.Contract,
		SignedOn: x.Order.PlacedAt, Parcel: p.Number, RUB: p.ValueRUB})
	return err
}
