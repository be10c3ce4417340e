package dispatch

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// Begin takes up the foreign parcels of an order in the transaction in which its money came. like says what the buyer
// agreed to: country, service, object, currency, value, SDR, rate day, weights and the decision at the till. A parcel
// that is there already is left alone.
func (s *Service) Begin(ctx context.Context, tx pgx.Tx, shipments []order.Shipment, like Parcel) (err error) {
	defer errs.Wrap(&err, "dispatch.Begin")
	now := s.Now()
	var steps []jobs.Args
	for _, x := range shipments {
		p := like
		p.SellerID, p.OrderID, p.ParcelID = x.Parcel.SellerID, x.Order.ID, x.Parcel.ID
		p.Number = fmt.Sprintf("%s-%d", x.Order.Number, x.Parcel.Seq)
		p.State, p.Since, p.PaidAt = Deciding, now, now
		p.ValueRUB = x.Value()
		if p.Contract == "" {
			p.Contract = x.Order.Number
		}
		// Each retail order is a contract of its own; what an agency's comes to is told by the meter.
		p.ContractRUB = max(p.ContractRUB, p.ValueRUB)
		id, fresh, err := insertParcel(ctx, tx, p)
		if err != nil {
			return err
		}
		if fresh {
			steps = append(steps, DecideArgs{id})
		}
	}
	return s.Queue.InsertManyTx(ctx, tx, steps)
}
