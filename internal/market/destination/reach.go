package destination

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Reach is what a list says of a product on its way to the visitor's country.
type Reach struct {
	Outcome          Outcome      // Goes, Stays or Unknown
	Postage          money.Amount // kopecks
	MinDays, MaxDays int          // 0: the post does not say
	Extra            money.Amount // duty and tax on arrival, an estimate in kopecks
	Unsaid           bool         // what the country asks is not known
	Why              Text         // why it stays, in a few words; may be none
}

// Reacher finds out about some products at once; those that nobody sells it leaves out. It is asked once for a whole
// list, and a page waits for it.
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
	for id, r := range found {
		said[strconv.FormatInt(id, 10)] = r.say(ctx, country)
	}
	return said
}

// say writes the line of a card: "To Germany: €7.40, 9–14 days; no duty", or why not.
func (r Reach) say(ctx context.Context, country string) string {
	lang := i18n.LangOf(ctx)
	place := NameIn(lang, country)
	switch r.Outcome {
	case Unknown:
		return i18n.T(ctx, "destination.card.unknown", "place", place)
	case Goes:
		post := sum(ctx, r.Postage)
		if days := Days(lang, r.MinDays, r.MaxDays); days != "" {
			post += ", " + strings.ReplaceAll(days, "–", "–\u2060") // a range is not broken in a narrow card
		}
		return i18n.T(ctx, "destination.card.goes", "place", place, "post", post, "extra", r.extra(ctx))
	}
	return cmp.Or(r.Why.In(lang), i18n.T(ctx, "destination.card.stays", "place", place))
}

func (r Reach) extra(ctx context.Context) string {
	switch {
	case r.Unsaid:
		return i18n.T(ctx, "destination.card.unsaid")
	case r.Extra == 0:
		return i18n.T(ctx, "destination.card.no_extra")
	}
	return i18n.T(ctx, "destination.card.extra", "sum", sum(ctx, r.Extra))
}

// sum is a sum in the visitor's own currency alone, as a card has room for.
func sum(ctx context.Context, kopecks money.Amount) string {
	lang := i18n.LangOf(ctx)
	return cmp.Or(ExchangeOf(ctx).Sum(lang, kopecks), money.Format(lang, kopecks, money.RUB))
}
