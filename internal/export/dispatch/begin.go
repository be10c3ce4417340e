package dispatch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// prepaid is the code of a currency operation for goods that are paid before they leave.
const prepaid = "10100"

// Paid takes up the foreign parcels of orders in the transaction in which their money came. A parcel that is there
// already is left alone.
func (s *Service) Paid(ctx context.Context, tx pgx.Tx, orderIDs []int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Paid(%v)", orderIDs)
	shipments, err := order.ShipmentsOf(ctx, tx, orderIDs)
	if err != nil {
		return err
	}
	var list []Parcel
	for _, x := range shipments {
		if x.Order.Method.Abroad == nil || len(x.Lines) == 0 {
			continue
		}
		p, err := s.begun(x)
		if err != nil {
			return err
		}
		list = append(list, p)
	}
	ids, err := insertParcels(ctx, tx, list)
	if err != nil {
		return err
	}
	var steps []jobs.Args
	for part := range slices.Chunk(ids, advanceTogether) {
		steps = append(steps, AdvanceArgs{part})
	}
	return s.Queue.InsertManyTx(ctx, tx, steps)
}

// begun is a parcel as it was agreed at the till.
func (s *Service) begun(x order.Shipment) (Parcel, error) {
	agreed, now, value := x.Order.Method.Abroad.Of(x.Parcel.Seq), s.Now(), x.Value()
	carriage, ok := postal.CarriageOf(agreed.Object)
	if !ok {
		return Parcel{}, fmt.Errorf("order %s goes by a service that the post has not: %d", x.Order.Number, agreed.Object)
	}
	p := Parcel{SellerID: x.Parcel.SellerID, OrderID: x.Order.ID, ParcelID: x.Parcel.ID, Number: fmt.Sprintf("%s-%d", x.Order.Number, x.Parcel.Seq),
		Country: agreed.Country, Service: carriage.Service, Object: agreed.Object, State: Deciding, Since: now, PaidAt: now,
		GrossG: agreed.GrossGrams, ValueRUB: value, Currency: money.RUB, Value: value, SDR: agreed.ValueSDR,
		// Each retail order is a contract of its own.
		Contract: x.Order.Number, ContractRUB: value, Operation: prepaid}
	if agreed.Currency != "" && agreed.Rate > 0 {
		table := rates.Table{Rates: map[money.Currency]rates.Rate{agreed.Currency: {Value: agreed.Rate, Nominal: agreed.Nominal}}}
		shown, err := table.FromRUB(value, agreed.Currency)
		if err != nil {
			return p, err
		}
		p.Currency, p.Value = agreed.Currency, max(shown, 1)
		day, err := time.Parse(time.DateOnly, agreed.RateDay)
		if err != nil {
			return p, fmt.Errorf("order %s has no day of its rate: %w", x.Order.Number, err)
		}
		p.RateDay = &day
	}
	if agreed.DecisionID > 0 {
		p.DecisionID = &agreed.DecisionID
	}
	return p, nil
}
