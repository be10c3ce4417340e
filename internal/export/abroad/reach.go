package abroad

import (
	"context"
	"slices"

	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// weightStep is how finely goods of a list are told apart by weight: one price stands for all within a step.
const weightStep = 100 // grams

// Reach says of the products of a list which are ready to be sent to a country, and about how much the post took for such
// weights lately; it is a destination.Reacher. A product that is not in the answer stays. It asks nobody outside, however
// long the list: whoever opens one of them is told exactly.
func (s *Service) Reach(ctx context.Context, country string, products []int64) (_ map[int64]destination.Reach, err error) {
	defer errs.Wrap(&err, "abroad.Reach(%s)", country)
	list, err := s.ready(ctx, products)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var weights []int64
	for _, r := range list {
		if w := step(r.GrossGrams); !slices.Contains(weights, w) {
			weights = append(weights, w)
		}
	}
	kept, err := s.Kept(ctx, country, weights)
	if err != nil || kept.Closed {
		return nil, err
	}
	found := make(map[int64]destination.Reach, len(list))
	for _, r := range list {
		price, was := kept.Prices[step(r.GrossGrams)], found[r.ProductID].Postage
		if was == 0 || price != 0 && price < was {
			found[r.ProductID] = destination.Reach{Postage: price}
		}
	}
	return found, nil
}

func step(grams int64) int64 { return (grams + weightStep - 1) / weightStep * weightStep }

// ready leaves out what sellers offer who have not said yet how they send.
func (s *Service) ready(ctx context.Context, products []int64) ([]goods.Ready, error) {
	list, err := s.Ready(ctx, products)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	sellers := make([]int64, len(list))
	for i, r := range list {
		sellers[i] = r.SellerID
	}
	terms, err := s.Terms(ctx, sellers)
	return slices.DeleteFunc(list, func(r goods.Ready) bool { return len(terms[r.SellerID].Lacks()) > 0 }), err
}
