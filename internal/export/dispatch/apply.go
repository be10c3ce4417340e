package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// carrier is who takes parcels abroad, by the name that foreign buyers know it by.
const carrier = "Russian Post"

// customs reports whether a customs service reads about the parcel: within the union there is no border to declare at.
func (p *Parcel) customs() bool { return p.Form == papers.FormCN22 || p.Form == papers.FormCN23 }

// keyOf is the same for the same operation, however often and by whomever it is told.
func keyOf(o postal.Operation) string {
	return fmt.Sprintf("op:%d.%d:%s:%s", o.Type, o.Attr, o.At.UTC().Format(time.RFC3339), o.Index)
}

// told is what is kept of an operation.
type told struct {
	Type    int    `json:"type"`
	Attr    int    `json:"attr"`
	Index   string `json:"index,omitempty"`
	Country string `json:"country,omitempty"`
	Name    string `json:"name,omitempty"`
	Grams   int64  `json:"grams,omitempty"`
	Phase   string `json:"phase,omitempty"` // "" is a code that is not in the list
}

// Tracked takes in what was done to a parcel, in the order of time. What is known already changes nothing; what comes too
// late for the machine, and codes that are not in the list, are kept and shown and move nothing.
func (s *Service) Tracked(ctx context.Context, id int64, list []postal.Operation) (err error) {
	defer errs.Wrap(&err, "dispatch.Tracked(%d)", id)
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b postal.Operation) int { return a.At.Compare(b.At) })
	keys := make([]string, len(list))
	for i, o := range list {
		keys[i] = keyOf(o)
	}
	table, err := s.ratesFor(ctx, id, list)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, id, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		known, err := knownKeys(ctx, tx, *p, keys)
		if err != nil {
			return nil, err
		}
		var events []Event
		for i, o := range list {
			if known[keys[i]] {
				continue
			}
			known[keys[i]] = true
			phase, _, _ := postal.Phase(o.Type, o.Attr)
			events = append(events, Event{Key: keys[i], Kind: EventOperation, At: o.At, Actor: ByPost,
				Facts: fact(told{o.Type, o.Attr, o.Index, o.Country, o.Name, o.Grams, phase})})
			moved, err := s.operation(ctx, tx, p, table, o, phase)
			if err != nil {
				return nil, err
			}
			events = append(events, moved...)
		}
		return events, nil
	})
	return err
}

// operation does what an operation means to a parcel.
func (s *Service) operation(ctx context.Context, tx pgx.Tx, p *Parcel, table rates.Table, o postal.Operation, phase string) ([]Event, error) {
	if p.State.Final() || p.State.BeforeSignature() || p.State == Signed {
		return nil, nil
	}
	weighed, err := s.weighedByPost(ctx, tx, p, o.Grams)
	if err != nil {
		return nil, err
	}
	moved, err := s.phase(ctx, tx, p, table, o, phase)
	return append(weighed, moved...), err
}

func (s *Service) phase(ctx context.Context, tx pgx.Tx, p *Parcel, table rates.Table, o postal.Operation, phase string) ([]Event, error) {
	abroad := p.beyond(o)
	switch phase {
	case postal.PhaseAccepted:
		return s.handOver(ctx, tx, p, ByPost, o.At, nil)
	case postal.PhaseCustoms, postal.PhaseCustomsPre, postal.PhaseCustomsReleased, postal.PhaseOfficeOfExchange:
		return s.atCustoms(ctx, tx, p, o, phase, abroad)
	case postal.PhaseDeparted:
		return s.depart(ctx, tx, p, table, ByPost, o.At)
	case postal.PhaseExported:
		if !p.customs() { // no customs border: leaving is all there is
			return s.depart(ctx, tx, p, table, ByPost, o.At)
		}
		return nil, s.tell(ctx, tx, p, order.LeftCountry, o.At, "")
	case postal.PhaseImported:
		return nil, s.tell(ctx, tx, p, order.ImportCustoms, o.At, "")
	case postal.PhaseTransit:
		if abroad {
			return nil, s.tell(ctx, tx, p, order.InTransit, o.At, "")
		}
	case postal.PhaseDeliveryFailed:
		return nil, s.tell(ctx, tx, p, order.DeliveryAttempt, o.At, "")
	case postal.PhaseCustomsHold:
		if !abroad {
			return s.inspected(ctx, tx, p, ByPost, ReasonInspection)
		}
	case postal.PhaseCustomsRefused:
		if !abroad {
			return s.hold(p, ByPost, ReasonRejected, o.Name)
		}
	case postal.PhaseDelivered, postal.PhaseReturned, postal.PhaseReturnedSender, postal.PhaseLost, postal.PhaseDestroyed:
		return s.finish(ctx, tx, p, o, phase)
	}
	return nil, nil
}

// beyond reports whether an operation was done outside the country; one without a place is told by its time.
func (p *Parcel) beyond(o postal.Operation) bool {
	if o.Country != "" {
		return o.Country != origin
	}
	return p.DepartedAt != nil && o.At.After(*p.DepartedAt)
}

// atCustoms shows the buyer which customs service has the parcel, and keeps the moment of release.
func (s *Service) atCustoms(ctx context.Context, tx pgx.Tx, p *Parcel, o postal.Operation, phase string, abroad bool) ([]Event, error) {
	if abroad {
		if phase == postal.PhaseOfficeOfExchange {
			return nil, nil
		}
		return nil, s.tell(ctx, tx, p, order.ImportCustoms, o.At, "")
	}
	if phase == postal.PhaseCustomsReleased && (p.ReleasedAt == nil || p.ReleasedAt.After(o.At)) {
		at := o.At
		p.ReleasedAt = &at
	}
	if phase == postal.PhaseCustomsPre || !p.customs() {
		return nil, nil
	}
	return nil, s.tell(ctx, tx, p, order.ExportCustoms, o.At, "")
}

// handOver notes that the post has the parcel.
func (s *Service) handOver(ctx context.Context, tx pgx.Tx, p *Parcel, by string, at time.Time, who *int64) ([]Event, error) {
	if p.Accepted == nil {
		p.Accepted = &at
	}
	doer := order.Doer{Actor: order.ByCarrier}
	if by == BySeller {
		doer = order.Doer{Actor: order.BySeller, PersonID: who}
	}
	_, err := s.Orders.MoveByCarrier(ctx, tx, order.CarrierNews{ParcelID: p.ParcelID, To: order.HandedOver, At: at, By: doer,
		Carrier: carrier, Tracking: p.Barcode})
	if err != nil || p.State != Declared {
		return nil, err
	}
	moved, err := p.to(HandedOver, by, nil)
	for i := range moved {
		moved[i].At, moved[i].PersonID = at, who
	}
	return moved, err
}

// depart takes in the proof of export: the customs service let the parcel out of the country.
func (s *Service) depart(ctx context.Context, tx pgx.Tx, p *Parcel, table rates.Table, by string, at time.Time) ([]Event, error) {
	if p.DepartedAt != nil || !May(p.State, Departed) {
		return nil, nil
	}
	if err := s.onTheRoad(ctx, tx, p, at); err != nil {
		return nil, err
	}
	p.DepartedAt = &at
	if p.ReleasedAt == nil { // what departs was released; when exactly is said by the post's own operation
		p.ReleasedAt = &at
	}
	moved, err := p.to(Departed, by, nil)
	if err != nil {
		return nil, err
	}
	moved[0].At = at
	if err := s.tell(ctx, tx, p, order.LeftCountry, at, ""); err != nil {
		return nil, err
	}
	entered, err := s.enter(ctx, tx, p, table)
	return append(moved, entered...), err
}

// onTheRoad makes up for a scan at the counter that never came: what is further on was handed over.
func (s *Service) onTheRoad(ctx context.Context, tx pgx.Tx, p *Parcel, at time.Time) error {
	if p.Accepted == nil {
		p.Accepted = &at
	}
	_, err := s.Orders.MoveByCarrier(ctx, tx, order.CarrierNews{ParcelID: p.ParcelID, To: order.HandedOver, At: at,
		By: order.Doer{Actor: order.ByCarrier}, Carrier: carrier, Tracking: p.Barcode})
	return err
}

// finish ends a parcel's way: with the buyer, back, or nowhere.
func (s *Service) finish(ctx context.Context, tx pgx.Tx, p *Parcel, o postal.Operation, phase string) ([]Event, error) {
	next := map[string]State{postal.PhaseDelivered: Delivered, postal.PhaseReturned: Returning, postal.PhaseReturnedSender: Returned,
		postal.PhaseLost: Lost, postal.PhaseDestroyed: Lost}[phase]
	shown := map[State]order.State{Delivered: order.Delivered, Returning: order.Returning, Returned: order.ReturnedToSeller, Lost: order.Lost}[next]
	var events []Event
	if next == Returned && May(p.State, Returning) { // the way back was not scanned
		moved, err := s.back(ctx, tx, p, o.At)
		if err != nil {
			return nil, err
		}
		events = moved
	}
	if !May(p.State, next) {
		return events, nil
	}
	if next == Returning {
		moved, err := s.back(ctx, tx, p, o.At)
		return append(events, moved...), err
	}
	if next == Delivered {
		at := o.At
		p.DeliveredAt = &at
	}
	moved, err := p.to(next, ByPost, nil)
	if err != nil {
		return nil, err
	}
	moved[0].At = o.At
	return append(events, moved...), s.tell(ctx, tx, p, shown, o.At, "")
}

// back turns a parcel round; what had left the country did not stay out, and its proof is taken back.
func (s *Service) back(ctx context.Context, tx pgx.Tx, p *Parcel, at time.Time) ([]Event, error) {
	moved, err := p.to(Returning, ByPost, nil)
	if err != nil {
		return nil, err
	}
	moved[0].At = at
	if err := s.tell(ctx, tx, p, order.Returning, at, order.ReasonUndelivered); err != nil {
		return nil, err
	}
	if p.VATRow != nil && s.OnReturned != nil {
		err = s.OnReturned(ctx, tx, Departure{Parcel: *p, At: at, Now: s.Now()})
	}
	return moved, err
}

// tell moves the buyer's parcel, if its own machine has the move.
func (s *Service) tell(ctx context.Context, tx pgx.Tx, p *Parcel, to order.State, at time.Time, reason string) error {
	_, err := s.Orders.MoveByCarrier(ctx, tx, order.CarrierNews{ParcelID: p.ParcelID, To: to, At: at, By: order.Doer{Actor: order.ByCarrier}, Reason: reason})
	return err
}

// hold stops a parcel until its seller, or an officer, has done something.
func (s *Service) hold(p *Parcel, by, reason, words string) ([]Event, error) {
	if !May(p.State, Held) {
		return nil, nil
	}
	p.Reason, p.Answered = reason, cmp.Or(words, p.Answered)
	return p.to(Held, by, struct {
		Reason string `json:"reason"`
		Words  string `json:"words,omitempty"`
	}{reason, words})
}

// weighedByPost takes in what the post's scale said. What differs too much has to be declared anew before it leaves.
func (s *Service) weighedByPost(ctx context.Context, _ pgx.Tx, p *Parcel, grams int64) ([]Event, error) {
	if grams <= 0 || grams == p.PostGrossG || p.DepartedAt != nil {
		return nil, nil
	}
	p.PostGrossG = grams
	e := Event{Kind: EventWeight, Actor: ByPost, Facts: fact(Packed{GrossG: grams})}
	far, err := s.beyond(ctx, p.GrossG, grams)
	if err != nil || !far || !p.customs() {
		return []Event{e}, err
	}
	moved, err := s.hold(p, ByPost, ReasonWeight, "")
	return append([]Event{e}, moved...), err
}
