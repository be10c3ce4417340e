package dispatch

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Decide asks anew whether a paid parcel may leave: it goes on, to a desk, or back with its money.
func (s *Service) Decide(ctx context.Context, id int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Decide(%d)", id)
	p, err := selectParcel(ctx, s.Pool, id)
	if err == nil {
		_, _, err = s.decide(ctx, p)
	}
	return err
}

// decide is Decide for a parcel that was read. It gives what the parcel has become, and what its record is written from.
func (s *Service) decide(ctx context.Context, p Parcel) (Parcel, *written, error) {
	if p.State != Deciding {
		return p, nil, nil
	}
	g, err := s.ground(ctx, p)
	if err != nil {
		return p, nil, err
	}
	j, err := s.judge(ctx, p, g)
	if err != nil {
		return p, nil, err
	}
	p, err = s.change(ctx, p.ID, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		if p.State != Deciding {
			return nil, nil
		}
		return s.settle(ctx, tx, p, g.Shipment, j, clearance.AtPacking)
	})
	return p, &written{g, j.Facts, rates.Today(s.Now()), j.HTSUS, p.DecisionID}, err
}

// settle writes a decision down and acts on it.
func (s *Service) settle(ctx context.Context, tx pgx.Tx, p *Parcel, x order.Shipment, j judgement, moment string) ([]Event, error) {
	e, err := s.record(ctx, tx, p, j, moment)
	if err != nil {
		return nil, err
	}
	var moved []Event
	switch open := standing(j.Decision, p.Waived); {
	case j.Decision.Outcome == clearance.Refused:
		moved, err = s.refuse(ctx, tx, p, BySystem, reasonOf(j.Decision), refusalIn(x.Order.Lang, refusals(j.Decision.Findings)))
	case len(open) > 0:
		if p.CaseID, err = s.toDesk(ctx, tx, *p, x, j, open); err == nil {
			moved, err = p.to(AtDesk, BySystem, nil)
		}
	case p.State == Deciding:
		if err = s.count(ctx, tx, *p, j); err != nil {
			return nil, err
		}
		p.CaseID, p.Reason = nil, ""
		moved, err = p.to(Cleared, BySystem, nil)
	}
	return append([]Event{e}, moved...), err
}

// record appends a decision to the parcel's chain and takes its facts over.
func (s *Service) record(ctx context.Context, tx pgx.Tx, p *Parcel, j judgement, moment string) (Event, error) {
	events, err := s.recordAll(ctx, tx, []*Parcel{p}, []judgement{j}, moment)
	if err != nil {
		return Event{}, err
	}
	return events[0], nil
}

// recordAll is record for many parcels, in one statement.
func (s *Service) recordAll(ctx context.Context, tx pgx.Tx, list []*Parcel, judged []judgement, moment string) ([]Event, error) {
	rows := make([]clearance.Judged, len(list))
	for i, p := range list {
		rows[i] = clearance.Judged{Subject: clearance.Subject{Kind: clearance.KindParcel, Number: p.Number, SellerID: p.SellerID, Moment: moment},
			Facts: &judged[i].Facts, Decision: judged[i].Decision}
	}
	ids, err := clearance.RecordAll(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(list))
	for i, p := range list {
		j := judged[i]
		p.DecisionID, p.Outcome, p.Form = &ids[i], string(j.Decision.Outcome), j.Decision.Form
		p.worth(j.Facts)
		p.Contract = j.Contract.Number
		p.RateDay = &j.RateDay
		events[i] = Event{Kind: EventDecision, Actor: BySystem, Facts: fact(struct {
			Decision int64  `json:"decision"`
			Moment   string `json:"moment"`
			Outcome  string `json:"outcome"`
		}{ids[i], moment, p.Outcome})}
	}
	return events, nil
}

// standing lists the findings that keep a parcel here, those that an officer let pass left out.
func standing(d clearance.Decision, waived []Waiver) []clearance.Finding {
	var open []clearance.Finding
	for _, f := range d.Findings {
		passed := slices.ContainsFunc(waived, func(w Waiver) bool {
			return w.Rule == f.Rule && w.Version == f.Version && w.Line == f.Line
		})
		if f.Outcome != clearance.Pass && !(passed && f.Outcome == clearance.Needs) {
			open = append(open, f)
		}
	}
	return open
}

// Steps that have a desk of their own; everything else is the customs officer's.
const (
	stepCulture  = 11
	stepCurrency = 16
)

// deskOf names the desk that answers for a finding.
func deskOf(f clearance.Finding) desk.Kind {
	switch f.Step {
	case stepCulture:
		return desk.Culture
	case stepCurrency:
		return desk.Currency
	}
	return desk.Customs
}

// toDesk opens a case of the first desk that has something to say; what is another's comes up when the parcel is decided
// anew after its verdict.
func (s *Service) toDesk(ctx context.Context, tx pgx.Tx, p Parcel, x order.Shipment, j judgement, open []clearance.Finding) (*int64, error) {
	kind := deskOf(open[0])
	theirs := slices.DeleteFunc(slices.Clone(open), func(f clearance.Finding) bool { return deskOf(f) != kind })
	id, err := s.Desk.Open(ctx, tx, desk.Case{Kind: kind, Subject: desk.Parcel, SubjectNumber: p.Number, SellerID: p.SellerID,
		Title: title(x), TitleEN: titleEN(x), Country: p.Country, Risk: risk(j.Facts, theirs), Findings: theirs, Facts: deskFacts(p, x, j.Facts, j.Contract.Contract).JSON()})
	return &id, err
}

// deskFacts are what an officer sees of a parcel: of the addressee no more than country and town.
func deskFacts(p Parcel, x order.Shipment, f clearance.Parcel, c contract.Contract) desk.Facts {
	out := desk.FactsOf(&f)
	out.Number, out.Form, out.WeighedGrams = cmp.Or(p.Barcode, p.Number), p.Form, p.PostGrossG
	out.To = p.Country + ", " + x.Order.Recipient.City
	for _, l := range x.Lines {
		if l.OfferID != 0 && !slices.Contains(out.Offers, l.OfferID) {
			out.Offers = append(out.Offers, l.OfferID)
		}
	}
	out.Contract = desk.ContractOf(c)
	out.Contract.SumRUB = f.ContractRUB
	return out
}

// title names a parcel by the first thing in it.
func title(x order.Shipment) string {
	if len(x.Lines) == 0 {
		return x.Order.Number
	}
	return cmp.Or(x.Lines[0].TitleRu, x.Lines[0].TitleEn)
}

// titleEN is the same in English; "" where the shop has not said it, and the form's words stand for it.
func titleEN(x order.Shipment) string {
	if len(x.Lines) == 0 {
		return x.Order.Number
	}
	return x.Lines[0].TitleEn
}

// risk orders a desk's queue: what is dear and what rests on more findings is looked at first.
func risk(p clearance.Parcel, open []clearance.Finding) int {
	const dear = 50_000_00 // kopecks that add as much as the most findings do
	return min(100, 10+min(45, 15*len(open))+int(min(45, int64(p.ValueRUB)*45/dear)))
}

// refusals are the findings that refuse.
func refusals(list []clearance.Finding) []clearance.Finding {
	return slices.DeleteFunc(slices.Clone(list), func(f clearance.Finding) bool { return f.Outcome != clearance.Refused })
}

// reasonOf names the first refusal.
func reasonOf(d clearance.Decision) string {
	for _, f := range refusals(d.Findings) {
		return cmp.Or(f.Then, f.Rule)
	}
	return ""
}
