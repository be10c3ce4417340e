package dispatch

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/order"
)

// ratesFor reads the rates of the day the post accepted a parcel, before any transaction: that is the day of shipment. An
// operation that has just been heard of may be the acceptance.
func (s *Service) ratesFor(ctx context.Context, id int64, list []postal.Operation) (rates.Table, error) {
	p, err := selectParcel(ctx, s.Pool, id)
	if err != nil {
		return rates.Table{}, err
	}
	day := s.Now()
	if p.Accepted != nil {
		day = *p.Accepted
	} else {
		for _, o := range list {
			if phase, _, _ := postal.Phase(o.Type, o.Attr); phase == postal.PhaseAccepted {
				day = o.At
				break
			}
		}
	}
	table, err := s.Rates.On(ctx, rates.Today(day))
	if errors.Is(err, rates.ErrNone) { // a parcel does not stand still for want of a rate
		return rates.Table{}, nil
	}
	return table, err
}

// owesRow reports whether a parcel left and stayed abroad whose number at the customs service is not known yet. However
// its way has ended, the post is asked for the number: without it the export is not proved.
func (p *Parcel) owesRow() bool {
	return p.DepartedAt != nil && p.Registration == "" && p.customs() && !p.turned()
}

// turned reports whether a parcel is on its way back, or is back.
func (p *Parcel) turned() bool { return p.State == Returning || p.State == Returned }

// enter writes a parcel that left into its seller's register of VAT, once it is known under which number the customs
// service has it.
func (s *Service) enter(ctx context.Context, tx pgx.Tx, p *Parcel, table rates.Table) ([]Event, error) {
	if s.OnDeparted == nil || p.DepartedAt == nil || p.VATRow != nil || p.Registration == "" || !p.customs() || p.turned() || p.DecisionID == nil {
		return nil, nil
	}
	d, err := s.departure(ctx, tx, *p, table, *p.DepartedAt)
	if err != nil {
		return nil, err
	}
	row, err := s.OnDeparted(ctx, tx, d)
	if err != nil || row == 0 {
		return nil, err
	}
	p.VATRow = &row
	return []Event{{Kind: EventVAT, Actor: BySystem, Facts: fact(struct {
		Row int64 `json:"row"`
	}{row})}}, nil
}

func (s *Service) departure(ctx context.Context, tx pgx.Tx, p Parcel, table rates.Table, at time.Time) (Departure, error) {
	decided, err := clearance.ByID(ctx, tx, *p.DecisionID)
	if err != nil {
		return Departure{}, err
	}
	x, err := order.ShipmentOf(ctx, tx, p.ParcelID)
	return Departure{Parcel: p, Facts: decided.Facts, Order: x.Order, Rates: table, At: at, Now: s.Now()}, err
}
