package cart

import (
	"context"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// keptShown is how many cards of the wish list the cart page ends with: one row of a wide screen.
const keptShown = 6

// shops reads how the sellers of a cart serve and what they ask for the way.
func (s *Service) shops(ctx context.Context, c Cart) (list map[int64]seller.Seller, err error) {
	defer errs.Wrap(&err, "cart.shops")
	ids := make([]int64, 0, len(c.Lines))
	for _, g := range c.Groups() {
		ids = append(ids, g.SellerID)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return seller.ByIDs(ctx, s.pool, ids)
}

// kept are the newest cards of the wish list, which a cart page offers to put back.
func (s *Service) kept(ctx context.Context, o Owner) ([]ui.Product, error) {
	if o.Nobody() {
		return nil, nil
	}
	cards, err := s.shelved(ctx, Wishes, o)
	if err != nil {
		return nil, err
	}
	return products(ctx, cards[:min(len(cards), keptShown)]), nil
}

// dispatch says how well a seller is rated and when the slowest of the lines is sent.
func (v pageView) dispatch(g Group) string {
	days := 0
	for _, l := range g.Lines {
		days = max(days, l.Offer.DispatchDays)
	}
	say := v.t("cart.dispatch.today")
	if days > 0 {
		say = i18n.NIn(v.Lang, "cart.dispatch.days", int64(days))
	}
	if r := v.Shops[g.SellerID].RatingHundredths; r > 0 {
		mark := strings.TrimSuffix(strconv.FormatFloat(float64((r+5)/10)/10, 'f', 1, 64), ".0")
		if v.Lang == i18n.RU {
			mark = strings.ReplaceAll(mark, ".", ",")
		}
		say = mark + " · " + say
	}
	return say
}

// arrives is the day on which a seller's usual way ends and what it costs, before an address is known;
// nothing for a country abroad, where the verdict under the lines says it.
func (v pageView) arrives(g Group) ui.Tag {
	s, known := v.Shops[g.SellerID]
	if !known || destination.Abroad(v.To.Country) {
		return ui.Tag{}
	}
	sum, _, sellers, err := Cart{Lines: g.Lines}.Total()
	if err != nil || sellers == 0 {
		return ui.Tag{}
	}
	days := 0
	for _, l := range g.Lines {
		if l.Ready() {
			days = max(days, l.Offer.DispatchDays)
		}
	}
	fee, tag := s.DeliveryFee, ui.Tag{Icon: "truck"}
	if s.FreeFrom != nil && sum >= *s.FreeFrom {
		fee = 0
	}
	price := v.t("cart.way.free")
	if fee == 0 {
		tag.Kind = ui.OK
	} else {
		price = v.sum(fee, money.RUB)
	}
	day := i18n.NearDate(v.Lang, v.Now.AddDate(0, 0, days+s.TransitDays), v.Now)
	tag.Label = i18n.Capital(day) + ", " + price
	return tag
}

// price is what a line costs, and what one unit does when there are several.
func (v pageView) price(l Line) (m ui.Money, each string) {
	cur := l.Offer.Price.Currency
	cost, err := money.Mul(l.Offer.Price.Amount, int64(l.Qty))
	if err != nil || l.Qty < 2 {
		return ui.Money{Now: v.sum(l.Offer.Price.Amount, cur), Also: v.about(l.Offer.Price.Amount)}, ""
	}
	return ui.Money{Now: v.sum(cost, cur), Also: v.about(cost)}, v.t("cart.each", "price", v.sum(l.Offer.Price.Amount, cur))
}

// bill is what the cart comes to: the goods, the way and the sum.
func (v pageView) bill() []ui.Pair {
	return []ui.Pair{
		{Key: i18n.NIn(v.Lang, "cart.units", int64(v.Units)), Value: v.total()},
		{Key: v.t("cart.delivery"), Value: v.t("cart.delivery_later")},
		{Key: v.t("cart.to_pay"), Value: v.total(), Total: true},
	}
}
