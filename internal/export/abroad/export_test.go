package abroad

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/search"
)

// WaysOf is where the index says that a thing may be sent, and by what.
func (s *Service) WaysOf(ctx context.Context, p goods.Passport, terms goods.SellerTerms, price money.Amount) (map[string][]int, error) {
	a, err := s.atlas(ctx)
	if err != nil {
		return nil, err
	}
	contracts, err := s.Contracts(ctx, []int64{p.SellerID})
	if err != nil {
		return nil, err
	}
	return a.ways(p, terms, contracts[p.SellerID], price)
}

// LandedOf is what the list takes a thing to come to.
func (s *Service) LandedOf(ctx context.Context, country string, objects []int, a search.Away) (money.Amount, bool, error) {
	w := &way{country: country, classes: map[int64][]int32{}}
	for _, object := range objects {
		w.classes[a.Class] = append(w.classes[a.Class], int32(object))
	}
	var err error
	if w.a, err = s.atlas(ctx); err != nil {
		return 0, false, err
	}
	if w.levy, err = levyOf(country, w.a.tables, w.a.rates); err != nil {
		return 0, false, err
	}
	if w.fares, err = w.a.net.Fares(ctx, country); err != nil {
		return 0, false, err
	}
	sum, known := w.landed(a)
	return sum, known, nil
}

// Forget lets the next question draw the world anew.
func (s *Service) Forget() { s.world, s.ways.kept = nil, nil }
