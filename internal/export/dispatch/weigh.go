package dispatch

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Packed is what a seller's own scale and ruler say of a packed parcel.
type Packed struct{ GrossG, LengthMM, WidthMM, HeightMM int64 }

// Names of the figures that weights are held against.
const (
	figureToleranceGrams   = "weight_tolerance_g"
	figureTolerancePercent = "weight_tolerance_percent"
)

// Weigh takes in what a packed parcel weighs and measures. Less than the things in it weigh by themselves cannot be; what
// the service paid for does not carry is said at once; what differs from the declaration by more than the tolerance is
// declared anew.
func (s *Service) Weigh(ctx context.Context, w order.Staffer, number string, in Packed) (err error) {
	defer errs.Wrap(&err, "dispatch.Weigh(%s)", number)
	p, err := s.own(ctx, number, w.SellerID)
	if err != nil {
		return err
	}
	if p.State != Ready {
		return errs.New(errs.Conflict, "dispatch.not_now")
	}
	if err := s.checkPacked(ctx, p, in); err != nil {
		return err
	}
	far, err := s.beyond(ctx, p.GrossG, in.GrossG)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, p.ID, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		if p.State != Ready {
			return nil, errs.New(errs.Conflict, "dispatch.not_now")
		}
		now := s.Now()
		e := Event{Kind: EventWeight, Actor: BySeller, PersonID: &w.PersonID, Facts: fact(in)}
		p.WeighedAt, p.LengthMM, p.WidthMM, p.HeightMM = &now, in.LengthMM, in.WidthMM, in.HeightMM
		// The buyer reads that it is packed.
		p.news = append(p.news, order.CarrierNews{To: order.Packed, At: now, By: order.Doer{Actor: order.BySeller, PersonID: &w.PersonID}})
		if !far {
			return []Event{e}, nil
		}
		p.GrossG = in.GrossG
		moved, err := s.anew(ctx, tx, p, BySeller)
		return append([]Event{e}, moved...), err
	})
	return err
}

// anew sends a parcel back to be decided about and declared again.
func (s *Service) anew(ctx context.Context, tx pgx.Tx, p *Parcel, by string) ([]Event, error) {
	moved, err := p.to(Deciding, by, nil)
	if err != nil {
		return nil, err
	}
	p.BatchID, p.Declaration, p.Customs, p.Registration, p.Answered, p.Reason, p.ReleasedAt = nil, "", "", "", "", "", nil
	return moved, s.Queue.InsertTx(ctx, tx, DecideArgs{p.ID})
}

func (s *Service) checkPacked(ctx context.Context, p Parcel, in Packed) error {
	d, err := clearance.ByID(ctx, s.Pool, *p.DecisionID)
	if err != nil {
		return err
	}
	var net int64
	for _, l := range d.Facts.Lines {
		net += l.NetGrams
	}
	var bad []errs.Field
	if in.GrossG < max(net, 1) {
		bad = append(bad, errs.Field{Name: "gross_g", Key: "dispatch.weigh.below_net", Args: []any{"net", net}})
	}
	for _, side := range []struct {
		name string
		mm   int64
	}{{"length_cm", in.LengthMM}, {"width_cm", in.WidthMM}, {"height_cm", in.HeightMM}} {
		if side.mm < 1 {
			bad = append(bad, errs.Field{Name: side.name, Key: "dispatch.weigh.size"})
		}
	}
	if len(bad) > 0 {
		return errs.Fields(bad)
	}
	return s.carried(ctx, p, in)
}

// carried says so where the service that the buyer paid for does not take what was packed. A post that is away is not
// asked: the decision will be.
func (s *Service) carried(ctx context.Context, p Parcel, in Packed) error {
	terms, err := s.terms(ctx, p.SellerID)
	if err != nil {
		return err
	}
	list, err := s.Post.Candidates(ctx, postal.Ask{Country: p.Country, GrossGrams: in.GrossG, LengthMM: in.LengthMM, WidthMM: in.WidthMM,
		HeightMM: in.HeightMM, Contents: contents, Day: rates.Today(s.Now()), From: terms.Postcode})
	if errs.Is(err, errs.Unavailable) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.Object == p.Object && (c.Lost == postal.LostWeight || c.Lost == postal.LostSize) {
			field := errs.Field{Name: "gross_g", Key: "dispatch.weigh.too_heavy", Args: c.LostArgs}
			if c.Lost == postal.LostSize {
				field.Name, field.Key = "length_cm", "dispatch.weigh.too_large"
			}
			return errs.Fields([]errs.Field{field})
		}
	}
	return nil
}

// beyond reports whether two weights differ by more than the tolerance of the day.
func (s *Service) beyond(ctx context.Context, declared, found int64) (bool, error) {
	t, err := s.Rules.Tables(ctx, rates.Today(s.Now()))
	if err != nil {
		return false, err
	}
	grams, _ := t.Scaled(figureToleranceGrams, 0)
	percent, _ := t.Scaled(figureTolerancePercent, 0)
	diff := declared - found
	return max(diff, -diff) > max(grams, declared*percent/100), nil
}
