package destination

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Reach is what a list says of a product on its way to the visitor's country.
type Reach struct {
	Outcome          Outcome      // Goes, Stays or Unknown
	Price            money.Amount // kopecks, of one piece
	Postage          money.Amount // kopecks
	MinDays, MaxDays int          // 0: the post does not say
	Extra            money.Amount // duty and tax on arrival, an estimate in kopecks
	Unsaid           bool         // what the country asks is not known
	Why              Text         // why it stays, in a few words; may be none
}

// Landed is what one piece comes to at the buyer's door, as far as that is known.
func (r Reach) Landed() money.Amount { return r.Price + r.Postage + r.Extra }

// Carded is a card that is asked about: a product, and the offer that the card is of; 0 leaves it to who answers.
type Carded struct{ ProductID, OfferID int64 }

// Reacher finds out about some cards at once; those that nobody sells it leaves out. It is asked once for a whole list,
// and a page waits for it.
type Reacher func(ctx context.Context, country string, cards []Carded) (map[Carded]Reach, error)

// mark says of each card of a list whether it may be sent to the visitor's country. Where that cannot be told the cards
// say nothing, and stand.
func (s *Service) mark(ctx context.Context, list []ui.Carried) []string {
	cards := make([]Carded, len(list))
	for i, c := range list {
		product, err := strconv.ParseInt(c.Product, 10, 64)
		if err != nil {
			continue // nothing of ours: the answer leaves it out
		}
		offer, err := strconv.ParseInt(c.Offer, 10, 64)
		if err != nil {
			offer = 0
		}
		cards[i] = Carded{product, offer}
	}
	country := Of(ctx).Country
	found, err := s.Reach(ctx, country, cards)
	if err != nil {
		httpx.Warn(ctx, "cards do not say what may be sent abroad", err)
		return nil
	}
	said := make([]string, len(cards))
	for i, c := range cards {
		if r, ok := found[c]; ok {
			said[i] = r.say(ctx, country)
		}
	}
	return said
}

// say writes the line of a card: "To Germany: €7.40, 9–14 days; no duty. €27.40 in all", or why not.
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
		key := "destination.card.goes"
		if r.Unsaid {
			key = "destination.card.goes_unsaid" // what it comes to, nobody knows
		}
		return i18n.T(ctx, key, "place", place, "post", post, "extra", r.extra(ctx), "sum", sum(ctx, r.Landed()))
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
