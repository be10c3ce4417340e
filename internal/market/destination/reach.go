package destination

import (
	"cmp"
	"context"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Reach is what a list says of a product that may be sent to the visitor's country.
type Reach struct {
	Postage money.Amount // kopecks, about; 0: not known without asking
}

// Reacher finds which of some products are ready to be sent to a country; those it leaves out stay. It is asked once for
// a whole list, so it asks nobody over the network.
type Reacher func(ctx context.Context, country string, products []int64) (map[int64]Reach, error)

// mark says of each card of a list, by its product's id, whether it may be sent to the visitor's country. Where that
// cannot be told the cards say nothing, and stand.
func (s *Service) mark(ctx context.Context, ids []string) map[string]string {
	products := make([]int64, 0, len(ids))
	for _, id := range ids {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			products = append(products, n)
		}
	}
	country := Of(ctx).Country
	found, err := s.Reach(ctx, country, products)
	if err != nil {
		httpx.Warn(ctx, "cards do not say what may be sent abroad", err)
		return nil
	}
	said := make(map[string]string, len(products))
	for _, id := range products {
		r, goes := found[id]
		said[strconv.FormatInt(id, 10)] = r.say(ctx, country, goes)
	}
	return said
}

func (r Reach) say(ctx context.Context, country string, goes bool) string {
	lang := i18n.LangOf(ctx)
	place := NameIn(lang, country)
	switch {
	case !goes:
		return i18n.T(ctx, "destination.card.stays", "place", place)
	case r.Postage == 0:
		return i18n.T(ctx, "destination.card.ready")
	}
	price := cmp.Or(ExchangeOf(ctx).Sum(lang, r.Postage), money.Format(lang, r.Postage, money.RUB))
	return i18n.T(ctx, "destination.card.goes", "place", place, "price", price)
}
