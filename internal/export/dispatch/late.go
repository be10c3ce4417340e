package dispatch

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// lateLimit is how many parcels are looked at with one question.
const lateLimit = 500

// Register has the proof of export written down of parcels that left before their release was known: the customs
// service's answers overtake each other. What cannot be written yet is tried again the next time.
func (s *Service) Register(ctx context.Context) (entered int, err error) {
	defer errs.Wrap(&err, "dispatch.Register")
	if s.OnDeparted == nil {
		return 0, nil
	}
	for after := int64(0); ; {
		ids, err := selectUnregistered(ctx, s.Pool, after, lateLimit)
		if err != nil || len(ids) == 0 {
			return entered, err
		}
		for _, id := range ids {
			after = id
			p, err := s.change(ctx, id, s.registerOne(ctx))
			if err != nil {
				return entered, err
			}
			if p.VATRow != nil {
				entered++
			}
		}
	}
}

func (s *Service) registerOne(ctx context.Context) func(tx pgx.Tx, p *Parcel) ([]Event, error) {
	return func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		if p.VATRow != nil || p.DepartedAt == nil {
			return nil, nil
		}
		row, err := s.OnDeparted(ctx, tx, Departure{Parcel: *p, At: *p.DepartedAt})
		if err != nil || row == 0 {
			return nil, err
		}
		p.VATRow = &row
		return []Event{{Kind: EventVAT, Actor: BySystem, Facts: fact(struct {
			Row int64 `json:"row"`
		}{row})}}, nil
	}
}
