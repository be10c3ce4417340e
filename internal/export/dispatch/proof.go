package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/export/rates"
)

// owesRow reports whether a parcel left and stayed abroad whose number at the customs service is not known yet. However
// its way has ended, the post is asked for the number: without it the export is not proved.
func (p *Parcel) owesRow() bool {
	return p.DepartedAt != nil && p.Registration == "" && p.customs() && !p.turned()
}

// turned reports whether a parcel is on its way back, or is back.
func (p *Parcel) turned() bool { return p.State == Returning || p.State == Returned }

// provable reports whether a parcel belongs into the register of VAT and is not in it yet.
func (p *Parcel) provable() bool {
	return p.DepartedAt != nil && p.VATRow == nil && p.Registration != "" && p.customs() && !p.turned() && p.DecisionID != nil
}

// enter writes the parcels of which there is news into their sellers' registers of VAT, where they left and it is known
// under which number the customs service has them, and adds the events of that. Sellers' registers are locked while they
// are written: the buyers' parcels move before.
func (s *Service) enter(ctx context.Context, tx pgx.Tx, list []*Parcel, tables map[int64]rates.Table, events [][]Event) error {
	if s.OnDeparted == nil {
		return nil
	}
	var left []int
	for i, p := range list {
		if len(events[i]) > 0 && p.provable() {
			left = append(left, i)
		}
	}
	if len(left) == 0 {
		return nil
	}
	if err := s.pass(ctx, tx, list); err != nil {
		return err
	}
	departures := make([]Departure, len(left))
	for k, i := range left {
		departures[k] = Departure{Parcel: *list[i], Rates: tables[list[i].ID], At: *list[i].DepartedAt, Now: s.Now()}
	}
	if err := complete(ctx, tx, departures); err != nil {
		return err
	}
	rows, err := s.OnDeparted(ctx, tx, departures)
	if err != nil {
		return err
	}
	for k, i := range left {
		if rows[k] == 0 {
			continue
		}
		list[i].VATRow = &rows[k]
		events[i] = append(events[i], Event{Kind: EventVAT, Actor: BySystem, Facts: fact(struct {
			Row int64 `json:"row"`
		}{rows[k]})})
	}
	return nil
}

// complete adds what the register has to know besides the parcels: the facts they were cleared by and their orders.
func complete(ctx context.Context, tx pgx.Tx, list []Departure) error {
	decisions, sellers, orders := make([]int64, len(list)), make([]int64, len(list)), make([]int64, len(list))
	for i, d := range list {
		decisions[i], sellers[i], orders[i] = *d.Parcel.DecisionID, d.Parcel.SellerID, d.Parcel.OrderID
	}
	decided, err := clearance.ByIDs(ctx, tx, decisions)
	if err != nil {
		return err
	}
	numbers, err := selectOrderNumbers(ctx, tx, sellers, orders)
	if err != nil {
		return err
	}
	for i := range list {
		d, found := decided[decisions[i]]
		if !found {
			return fmt.Errorf("the decision %d about %s is not there", decisions[i], list[i].Parcel.Number)
		}
		list[i].Facts, list[i].Order = d.Facts, numbers[orders[i]]
	}
	return nil
}

// ratesOf reads the rates of the day the post accepted a parcel, before any transaction: that is the day of shipment. An
// operation that has just been heard of may be the acceptance. A parcel does not stand still for want of a rate.
func (s *Service) ratesOf(ctx context.Context, p Parcel, list []tracking.Operation) (rates.Table, error) {
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

func accepts(o tracking.Operation) bool {
	phase, _, _ := tracking.Phase(o.Type, o.Attr)
	return phase == tracking.Accepted
}
