package cart

import (
	"context"
	"slices"
	"strconv"

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
	ticked := g.ticked()
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

// stays counts the sellers nothing of whom may go as it is ticked in the cart.
func (v pageView) stays() int {
	n := 0
	for _, g := range v.Cart.Groups() {
		if g.ticked() && v.Verdicts[g.SellerID].Outcome == destination.Stays {
			n++
		}
	}
	return n
}

// ticked reports whether something of a seller is to be bought now.
func (g Group) ticked() bool { return slices.ContainsFunc(g.Lines, Line.Ready) }

// wayOut is one press that leaves goods in the cart for another time, so that the rest can go.
type wayOut struct {
	Label string
	Lines []string // that stay ticked
}

// waysOut are the presses that help a seller's goods that cannot go as they are: without what stands in the way, or
// without all of them where others' goods remain.
func (v pageView) waysOut(g Group) []wayOut {
	verdict := v.Verdicts[g.SellerID]
	if verdict.Outcome != destination.Stays || !g.ticked() {
		return nil
	}
	var list []wayOut
	for _, a := range verdict.Alternatives {
		if a.Way == destination.ByLeaving {
			left := func(l Line) bool {
				return slices.ContainsFunc(a.Removed, func(it destination.Item) bool { return it.OfferID == l.OfferID })
			}
			list = append(list, wayOut{v.t("cart.abroad.without", "what", v.saying(g).List(a.Removed)), v.tickedBut(left)})
		}
	}
	all := v.tickedBut(func(l Line) bool { return l.Offer.SellerID == g.SellerID })
	if len(list) == 0 && len(all) > 0 {
		list = append(list, wayOut{v.t("cart.abroad.without_seller", "seller", g.Lines[0].Offer.SellerName), all})
	}
	return list
}

// tickedBut are the lines that are ticked, without some, as the cart's form names them.
func (v pageView) tickedBut(left func(Line) bool) []string {
	var ids []string
	for _, l := range v.Cart.Lines {
		if l.Selected && !l.Removed && !left(l) {
			ids = append(ids, strconv.FormatInt(l.ID, 10))
		}
	}
	return ids
}
