package cart

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// verdicts say what of a cart may go to a country, seller by seller: of each what is ticked and can be had, of a seller
// nothing of whom is ticked what lies there. At home nothing is asked.
func (s *Service) verdicts(ctx context.Context, c Cart, to destination.Choice) (_ map[int64]destination.Verdict, err error) {
	defer errs.Wrap(&err, "cart.verdicts(%s)", to.Country)
	if !to.Abroad() || s.Abroad == nil {
		return nil, nil
	}
	var asks []destination.Ask
	for _, g := range c.Groups() {
		if ask, ok := g.ask(to.Country); ok {
			asks = append(asks, ask)
		}
	}
	if len(asks) == 0 {
		return nil, nil
	}
	list, err := s.Abroad(ctx, asks)
	if err != nil {
		return nil, err
	}
	verdicts := make(map[int64]destination.Verdict, len(list))
	for i, v := range list {
		verdicts[asks[i].SellerID] = v
	}
	return verdicts, nil
}

func (g Group) ask(country string) (a destination.Ask, ok bool) {
	a = destination.Ask{SellerID: g.SellerID, Country: country}
	ticked := false
	for _, l := range g.Lines {
		ticked = ticked || l.Selected && l.Ready()
	}
	for _, l := range g.Lines {
		value, err := money.Mul(l.Offer.Price.Amount, int64(l.Qty))
		if err != nil || l.Removed || l.Notice() == Unavailable || ticked && !l.Ready() {
			continue
		}
		a.Items = append(a.Items, destination.Item{OfferID: l.OfferID, SKU: l.Offer.SellerSKU, Qty: l.Qty, Value: value})
	}
	return a, len(a.Items) > 0
}

// saying is what the cart says of a seller's goods on their way abroad.
func (v pageView) saying(g Group) destination.Saying {
	names := map[int64]string{}
	for _, l := range g.Lines {
		names[l.OfferID] = l.Offer.Title.In(v.Lang)
	}
	return destination.Saying{Verdict: v.Verdicts[g.SellerID], Exchange: v.Exchange, Names: names}
}

// judged reports whether something is known about a seller's goods.
func (v pageView) judged(g Group) bool {
	_, ok := v.Verdicts[g.SellerID]
	return ok
}

func (v pageView) about(a money.Amount) string { return v.Exchange.Sum(v.Lang, a) }

// total is what the ticked lines cost, in the visitor's own currency first.
func (v pageView) total() string {
	if cur := v.currency(); cur != money.RUB {
		return v.sum(v.Sum, cur)
	}
	return v.Exchange.Both(v.Lang, v.Sum)
}

// stays counts the sellers nothing of whom may go as it lies in the cart.
func (v pageView) stays() int {
	n := 0
	for _, verdict := range v.Verdicts {
		if verdict.Outcome == destination.Stays {
			n++
		}
	}
	return n
}
