package dispatch

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Decided acts on a desk's verdict about a parcel, in the verdict's transaction. A verdict about goods, or about a parcel
// that no longer waits for this case, changes nothing.
func (s *Service) Decided(ctx context.Context, tx pgx.Tx, d desk.Decided) (err error) {
	defer errs.Wrap(&err, "dispatch.Decided(%s)", d.SubjectNumber)
	if d.Subject != desk.Parcel || d.Verdict == desk.More {
		return nil
	}
	p, ok, err := selectByNumber(ctx, tx, d.SubjectNumber)
	if err != nil || !ok {
		return err
	}
	_, err = s.changeIn(ctx, tx, p.ID, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		if p.CaseID == nil || *p.CaseID != d.ID || p.State != AtDesk && p.State != Held {
			return nil, nil
		}
		p.CaseID = nil
		moved, err := s.ruled(ctx, tx, p, d)
		for i := range moved {
			moved[i].PersonID = person(d.By)
		}
		return moved, err
	})
	return raced(err)
}

// ruled moves a parcel by a verdict.
func (s *Service) ruled(ctx context.Context, tx pgx.Tx, p *Parcel, d desk.Decided) ([]Event, error) {
	switch {
	case d.Verdict == desk.Refuse:
		x, err := order.ShipmentOf(ctx, tx, p.ParcelID)
		if err != nil {
			return nil, err
		}
		return s.refuse(ctx, tx, p, ByOfficer, ReasonDesk, refusalIn(x.Order.Lang, d.Findings))
	case p.State == Held: // an inspection is over: the parcel goes on where it was
		p.Reason = ""
		if s.Release != nil {
			if err := s.Queue.InsertTx(ctx, tx, ReleaseArgs{p.ID}); err != nil {
				return nil, err
			}
		}
		return p.to(p.beforeHold(), ByOfficer, nil)
	}
	for _, f := range d.Findings {
		p.Waived = append(p.Waived, Waiver{Rule: f.Rule, Version: f.Version, Line: f.Line, CaseID: d.ID})
	}
	if d.Document != nil && !slices.Contains(p.Documents, d.Document.Kind) {
		p.Documents = append(p.Documents, d.Document.Kind)
	}
	moved, err := p.to(Deciding, ByOfficer, nil)
	if err != nil {
		return nil, err
	}
	return moved, s.Queue.InsertTx(ctx, tx, DecideArgs{p.ID})
}

// beforeHold is where a held parcel goes on: with the post if it was there, else on its way to it.
func (p *Parcel) beforeHold() State {
	if p.Accepted != nil {
		return HandedOver
	}
	return Declared
}

func person(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// inspected puts a parcel that the customs service wants to see on the customs desk and holds it until its verdict. The
// post and the customs service tell of one inspection each in its own time: the second word about it opens nothing anew.
func (s *Service) inspected(ctx context.Context, tx pgx.Tx, p *Parcel, by, what string) ([]Event, error) {
	if !May(p.State, Held) {
		return nil, nil
	}
	if !p.Echoed {
		echo, err := echoes(ctx, tx, *p, by)
		if err != nil {
			return nil, err
		}
		if p.Echoed = echo; echo {
			return nil, nil
		}
	}
	c := desk.Case{Kind: desk.Customs, Subject: desk.Parcel, SubjectNumber: p.Number, SellerID: p.SellerID, Country: p.Country,
		Risk: inspectionRisk, Findings: []clearance.Finding{{Step: stepCustoms, Outcome: clearance.Needs, Then: what}}}
	shipment, err := order.ShipmentOf(ctx, tx, p.ParcelID)
	if err != nil {
		return nil, err
	}
	var known clearance.Parcel
	if p.DecisionID != nil {
		d, err := clearance.ByID(ctx, tx, *p.DecisionID)
		if err != nil {
			return nil, err
		}
		known = d.Facts
	}
	under, err := contractOf(ctx, tx, *p, shipment)
	if err != nil {
		return nil, err
	}
	c.Title, c.TitleEN, c.Facts = title(shipment), titleEN(shipment), deskFacts(*p, shipment, known, under.Contract).JSON()
	id, err := s.Desk.Open(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	p.CaseID, p.Reason = &id, ReasonInspection
	return p.to(Held, by, struct {
		Reason string `json:"reason"`
	}{ReasonInspection})
}

// inspectionRisk puts what customs officers wait for above what only rules ask for; stepCustoms is where the algorithm
// has the customs service's own look.
const (
	inspectionRisk = 80
	stepCustoms    = 24
)
