package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// carrier is who takes parcels abroad, by the name that foreign buyers know it by.
const carrier = "Russian Post"

// customs reports whether a customs service reads about the parcel: within the union there is no border to declare at.
func (p *Parcel) customs() bool { return p.Form == papers.FormCN22 || p.Form == papers.FormCN23 }

// keyOf is the same for the same operation, however often and by whomever it is told.
func keyOf(o tracking.Operation) string {
	return fmt.Sprintf("op:%d.%d:%s:%s", o.Type, o.Attr, o.At.UTC().Format(time.RFC3339), o.Index)
}

// told is what is kept of an operation.
type told struct {
	Type    int    `json:"type"`
	Attr    int    `json:"attr"`
	Index   string `json:"index,omitempty"`
	Country string `json:"country,omitempty"`
	Name    string `json:"name,omitempty"` // of a code that is not in the list
	Grams   int64  `json:"grams,omitempty"`
	Phase   string `json:"phase,omitempty"` // "" is a code that is not in the list
}

// Tracked takes in what was done to a parcel, in the order of time. What is known already changes nothing; what comes too
// late for the machine, and codes that are not in the list, are kept and shown and move nothing.
func (s *Service) Tracked(ctx context.Context, id int64, list []tracking.Operation) (err error) {
	defer errs.Wrap(&err, "dispatch.Tracked(%d)", id)
	p, err := selectParcel(ctx, s.Pool, id)
	if err != nil {
		return err
	}
	return s.hear(ctx, heard{p, nil, list})
}

// operation keeps an operation and does what it means to a parcel.
func (s *Service) operation(ctx context.Context, tx pgx.Tx, p *Parcel, o tracking.Operation, key string) ([]Event, error) {
	phase, known, _ := tracking.Phase(o.Type, o.Attr)
	facts := told{o.Type, o.Attr, o.Index, o.Country, o.Name, o.Grams, phase}
	if known { // the list has its name
		facts.Name = ""
	}
	e := Event{Key: key, Kind: EventOperation, At: o.At, Actor: ByPost, Facts: fact(facts)}
	if p.State.Final() || p.State.BeforeSignature() || p.State == Signed {
		return []Event{e}, nil
	}
	weighed, err := s.weighedByPost(ctx, p, o.Grams)
	if err != nil {
		return nil, err
	}
	moved, err := s.phase(ctx, tx, p, o, phase)
	return slices.Concat([]Event{e}, weighed, moved), err
}

func (s *Service) phase(ctx context.Context, tx pgx.Tx, p *Parcel, o tracking.Operation, phase string) ([]Event, error) {
	abroad := p.beyond(o)
	switch phase {
	case tracking.Accepted:
		return p.handOver(ByPost, o.At, nil)
	case tracking.Customs, tracking.CustomsPre, tracking.CustomsReleased, tracking.OfficeOfExchange:
		p.atCustoms(o, phase, abroad)
	case tracking.Departed:
		return p.depart(ByPost, o.At)
	case tracking.Exported:
		if !p.customs() { // no customs border: leaving is all there is
			return p.depart(ByPost, o.At)
		}
		p.tell(order.LeftCountry, o.At, "")
	case tracking.Imported:
		p.tell(order.ImportCustoms, o.At, "")
	case tracking.Transit:
		if abroad {
			p.tell(order.InTransit, o.At, "")
		}
	case tracking.DeliveryFailed:
		p.tell(order.DeliveryAttempt, o.At, "")
	case tracking.CustomsHold:
		if !abroad {
			return s.inspected(ctx, tx, p, ByPost, ReasonInspection)
		}
	case tracking.CustomsRefused:
		if !abroad {
			return s.hold(p, ByPost, ReasonRejected, o.Name)
		}
	case tracking.Delivered, tracking.Returned, tracking.ReturnedSender, tracking.Lost, tracking.Destroyed:
		return s.finish(ctx, tx, p, o, phase)
	}
	return nil, nil
}

// beyond reports whether an operation was done outside the country; one without a place is told by its time.
func (p *Parcel) beyond(o tracking.Operation) bool {
	if o.Country != "" {
		return o.Country != origin
	}
	return p.DepartedAt != nil && o.At.After(*p.DepartedAt)
}

// atCustoms shows the buyer which customs service has the parcel, and keeps the moment of release.
func (p *Parcel) atCustoms(o tracking.Operation, phase string, abroad bool) {
	if abroad {
		if phase != tracking.OfficeOfExchange {
			p.tell(order.ImportCustoms, o.At, "")
		}
		return
	}
	if phase == tracking.CustomsReleased && (p.ReleasedAt == nil || p.ReleasedAt.After(o.At)) {
		at := o.At
		p.ReleasedAt = &at
	}
	if phase != tracking.CustomsPre && p.customs() {
		p.tell(order.ExportCustoms, o.At, "")
	}
}

// handOver notes that the post has the parcel.
func (p *Parcel) handOver(by string, at time.Time, who *int64) ([]Event, error) {
	if p.Accepted == nil {
		p.Accepted = &at
	}
	doer := order.Doer{Actor: order.ByCarrier}
	if by == BySeller {
		doer = order.Doer{Actor: order.BySeller, PersonID: who}
	}
	p.carried(doer, at)
	if p.State != Declared {
		return nil, nil
	}
	moved, err := p.to(HandedOver, by, nil)
	for i := range moved {
		moved[i].At, moved[i].PersonID = at, who
	}
	return moved, err
}

// carried notes that the buyer's parcel is with its carrier.
func (p *Parcel) carried(by order.Doer, at time.Time) {
	p.news = append(p.news, order.CarrierNews{To: order.HandedOver, At: at, By: by, Carrier: carrier, Tracking: p.Barcode})
}

// depart takes in the proof of export: the customs service let the parcel out of the country. A scan at the counter that
// never came is made up for: what is further on was handed over.
func (p *Parcel) depart(by string, at time.Time) ([]Event, error) {
	if p.DepartedAt != nil || !May(p.State, Departed) {
		return nil, nil
	}
	if p.Accepted == nil {
		p.Accepted = &at
	}
	p.carried(order.Doer{Actor: order.ByCarrier}, at)
	p.DepartedAt = &at
	if p.ReleasedAt == nil { // what departs was released; when exactly is said by the post's own operation
		p.ReleasedAt = &at
	}
	moved, err := p.to(Departed, by, nil)
	if err != nil {
		return nil, err
	}
	moved[0].At = at
	p.tell(order.LeftCountry, at, "")
	return moved, nil
}

// finish ends a parcel's way: with the buyer, back, or nowhere.
func (s *Service) finish(ctx context.Context, tx pgx.Tx, p *Parcel, o tracking.Operation, phase string) ([]Event, error) {
	next := map[string]State{tracking.Delivered: Delivered, tracking.Returned: Returning, tracking.ReturnedSender: Returned,
		tracking.Lost: Lost, tracking.Destroyed: Lost}[phase]
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
	p.tell(shown, o.At, "")
	return append(events, moved...), nil
}

// back turns a parcel round; what had left the country did not stay out, and its proof is taken back.
func (s *Service) back(ctx context.Context, tx pgx.Tx, p *Parcel, at time.Time) ([]Event, error) {
	moved, err := p.to(Returning, ByPost, nil)
	if err != nil {
		return nil, err
	}
	moved[0].At = at
	p.tell(order.Returning, at, order.ReasonUndelivered)
	if p.VATRow != nil && s.OnReturned != nil {
		err = s.OnReturned(ctx, tx, Departure{Parcel: *p, At: at, Now: s.Now()})
	}
	return moved, err
}

// tell notes a move of the buyer's parcel, which it makes if its own machine has it.
func (p *Parcel) tell(to order.State, at time.Time, reason string) {
	p.news = append(p.news, order.CarrierNews{To: to, At: at, By: order.Doer{Actor: order.ByCarrier}, Reason: reason})
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
func (s *Service) weighedByPost(ctx context.Context, p *Parcel, grams int64) ([]Event, error) {
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
