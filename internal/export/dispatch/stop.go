package dispatch

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// refuse ends a parcel that may not leave for good: the order is called off, the buyer gets everything back, and both
// sides are told why, in the words of the rules where rules refused it.
func (s *Service) refuse(ctx context.Context, tx pgx.Tx, p *Parcel, by, reason, words string) ([]Event, error) {
	p.Reason = reason
	if err := contract.Take(ctx, tx, p.SellerID, p.Number); err != nil {
		return nil, err
	}
	away := p.State != Signed && !p.State.BeforeSignature()
	if _, err := s.Orders.StopExport(ctx, tx, p.ParcelID, order.Doer{Actor: order.BySystem}, words); err != nil {
		return nil, err
	}
	if away && May(p.State, Returning) { // the post has it already and brings it back
		return p.to(Returning, by, struct {
			Reason string `json:"reason"`
		}{reason})
	}
	return p.to(Refused, by, struct {
		Reason string `json:"reason"`
	}{reason})
}

// CalledOff follows an order of which goods were called off: a parcel that is over is not sent, one with less in it is
// declared anew. It runs in the transaction of the cancellation. What was called off because it may not leave comes from
// here, and is written down already.
func (s *Service) CalledOff(ctx context.Context, tx pgx.Tx, o order.Order, c order.Cancellation) (err error) {
	defer errs.Wrap(&err, "dispatch.CalledOff(%s)", o.Number)
	if c.Reason == order.ReasonNotExported {
		return nil
	}
	list, err := selectOfOrder(ctx, tx, o.ID, o.SellerID)
	if err != nil {
		return err
	}
	for _, p := range list {
		state, err := s.Orders.StateOf(ctx, tx, p.ParcelID)
		if err != nil {
			return err
		}
		if _, err := s.changeIn(ctx, tx, p.ID, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
			switch {
			case state == order.Cancelled && May(p.State, Cancelled):
				if err := contract.Take(ctx, tx, p.SellerID, p.Number); err != nil {
					return nil, err
				}
				return p.to(Cancelled, BySystem, nil)
			case state.BeforeHandOver() && p.State != Deciding && May(p.State, Deciding):
				return s.anew(ctx, tx, p, BySystem)
			}
			return nil, nil
		}); err != nil {
			return raced(err)
		}
	}
	return nil
}

// CallOff lets a seller give a parcel up that the customs service holds: the buyer gets everything back.
func (s *Service) CallOff(ctx context.Context, w order.Staffer, number string) (err error) {
	defer errs.Wrap(&err, "dispatch.CallOff(%s)", number)
	p, err := s.own(ctx, number, w.SellerID)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, p.ID, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		if p.State != Held {
			return nil, errs.New(errs.Conflict, "dispatch.not_now")
		}
		return s.refuse(ctx, tx, p, BySeller, ReasonSeller, "")
	})
	return err
}

// DeclareAgain sends a held parcel through decision, papers and signature once more, with what the seller mended and
// with the weight that the post's own scale found.
func (s *Service) DeclareAgain(ctx context.Context, w order.Staffer, number string) (err error) {
	defer errs.Wrap(&err, "dispatch.DeclareAgain(%s)", number)
	p, err := s.own(ctx, number, w.SellerID)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, p.ID, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		if p.State != Held || p.CaseID != nil {
			return nil, errs.New(errs.Conflict, "dispatch.not_now")
		}
		if p.PostGrossG > 0 {
			p.GrossG = p.PostGrossG
		}
		return s.anew(ctx, tx, p, BySeller)
	})
	return err
}

// HandOver notes that the seller gave the parcel to the post. The post's own scan says the same later.
func (s *Service) HandOver(ctx context.Context, w order.Staffer, numbers []string) (err error) {
	defer errs.Wrap(&err, "dispatch.HandOver(%d parcels)", len(numbers))
	for _, number := range numbers {
		p, err := s.own(ctx, number, w.SellerID)
		if err != nil {
			return err
		}
		_, err = s.change(ctx, p.ID, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
			if p.State == HandedOver {
				return nil, nil
			}
			if p.State != Declared {
				return nil, errs.New(errs.Conflict, "dispatch.not_now")
			}
			return p.handOver(BySeller, s.Now(), &w.PersonID)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
