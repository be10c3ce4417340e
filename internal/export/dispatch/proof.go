package dispatch

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
)

// owesRow reports whether a parcel left and stayed abroad whose number at the customs service is not known yet. However
// its way has ended, the post is asked for the number: without it the export is not proved.
func (p *Parcel) owesRow() bool {
	return p.DepartedAt != nil && p.Registration == "" && p.customs() && !p.turned()
}

// turned reports whether a parcel is on its way back, or is back.
func (p *Parcel) turned() bool { return p.State == Returning || p.State == Returned }

// enter writes a parcel that left into its seller's register of VAT, once it is known under which number the customs
// service has it. Sellers' registers are locked while they are written: the buyer's parcel moves before.
func (s *Service) enter(ctx context.Context, tx pgx.Tx, p *Parcel, table rates.Table) ([]Event, error) {
	if s.OnDeparted == nil || p.DepartedAt == nil || p.VATRow != nil || p.Registration == "" || !p.customs() || p.turned() || p.DecisionID == nil {
		return nil, nil
	}
	if err := s.pass(ctx, tx, p); err != nil {
		return nil, err
	}
	d, err := s.departure(ctx, tx, *p, table)
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

// departure is what the register has to know.
func (s *Service) departure(ctx context.Context, tx pgx.Tx, p Parcel, table rates.Table) (d Departure, err error) {
	d = Departure{Parcel: p, Rates: table, At: *p.DepartedAt, Now: s.Now()}
	decided, err := clearance.ByID(ctx, tx, *p.DecisionID)
	if err != nil {
		return d, err
	}
	d.Facts = decided.Facts
	d.Order, err = selectOrderNumber(ctx, tx, p.SellerID, p.OrderID)
	return d, err
}

// ratesOf reads the rates of the day the post accepted a parcel, before any transaction: that is the day of shipment. An
// operation that has just been heard of may be the acceptance. A parcel does not stand still for want of a rate.
func (s *Service) ratesOf(ctx context.Context, p Parcel, list []postal.Operation) (rates.Table, error) {
	day := s.Now()
	if p.Accepted != nil {
		day = *p.Accepted
	} else if at := slices.IndexFunc(list, accepts); at >= 0 {
		day = list[at].At
	}
	table, err := s.Rates.On(ctx, rates.Today(day))
	if errors.Is(err, rates.ErrNone) {
		return rates.Table{}, nil
	}
	return table, err
}

func accepts(o postal.Operation) bool {
	phase, _, _ := postal.Phase(o.Type, o.Attr)
	return phase == postal.PhaseAccepted
}
