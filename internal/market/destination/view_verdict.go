package destination

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"unicode"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Saying is a verdict, ready to be said on a page.
type Saying struct {
	Verdict
	Exchange Exchange
	Names    map[int64]string // of offers, for reasons that speak of one; may be nil
}

// place is the country's name in a sentence.
func (s Saying) place(ctx context.Context) string { return NameIn(i18n.LangOf(ctx), s.Country) }

// headline says in one line that it goes, by what for how much, or that it does not.
func (s Saying) headline(ctx context.Context) string {
	c, goes := s.Chosen()
	switch {
	case s.Outcome == Unknown:
		return i18n.T(ctx, "destination.unknown", "place", s.place(ctx))
	case !goes:
		return i18n.T(ctx, "destination.stays", "place", s.place(ctx))
	}
	lang := i18n.LangOf(ctx)
	text := i18n.T(ctx, "destination.goes", "place", s.place(ctx), "price", s.Exchange.Both(lang, c.Price))
	if days := Days(lang, c.MinDays, c.MaxDays); days != "" {
		text += ", " + days
	}
	return text
}

// Days writes how long a service takes: "12–20 days"; "" when nobody says.
func Days(lang i18n.Lang, from, to int) string {
	switch {
	case to == 0:
		return ""
	case from == 0 || from == to:
		return i18n.NIn(lang, "destination.days", int64(to))
	}
	return strconv.Itoa(from) + "–" + i18n.NIn(lang, "destination.days", int64(to))
}

// extra says what the country is expected to ask on top.
func (s Saying) extra(ctx context.Context) string {
	switch {
	case s.Union:
		return i18n.T(ctx, "destination.union")
	case s.Unsaid:
		return cmp.Or(s.Levy.Why.In(i18n.LangOf(ctx)), i18n.T(ctx, "destination.unsaid"))
	case s.Extra() == 0:
		return i18n.T(ctx, "destination.no_extra")
	}
	parts := i18n.T(ctx, "destination.duty_and_tax", "duty", s.about(ctx, s.Duty), "tax", s.about(ctx, s.Tax))
	if s.Duty == 0 || s.Tax == 0 {
		parts = i18n.T(ctx, "destination.duty_or_tax", "sum", s.about(ctx, s.Extra()))
	}
	return parts + " " + i18n.T(ctx, "destination.collected")
}

// about is a sum that is an estimate, in the reader's own currency alone.
func (s Saying) about(ctx context.Context, a money.Amount) string {
	lang := i18n.LangOf(ctx)
	return cmp.Or(s.Exchange.About(lang, a), "≈\u00a0"+money.Format(lang, a, money.RUB))
}

// bill is what the goods come to at the buyer's door, line by line; nothing where that cannot be told.
func (s Saying) bill(ctx context.Context) []ui.Pair {
	c, goes := s.Chosen()
	if !goes || s.Value == 0 {
		return nil
	}
	lang := i18n.LangOf(ctx)
	list := []ui.Pair{{Key: i18n.T(ctx, "destination.bill.goods"), Value: s.Exchange.Both(lang, s.Value)},
		{Key: i18n.T(ctx, "destination.bill.post"), Value: s.Exchange.Both(lang, c.Price)}}
	if s.Unsaid {
		return append(list, ui.Pair{Key: i18n.T(ctx, "destination.bill.duty"), Value: i18n.T(ctx, "destination.bill.unsaid")})
	}
	none := i18n.T(ctx, "destination.bill.none")
	duty, tax := none, none
	if s.Duty > 0 {
		duty = s.about(ctx, s.Duty)
	}
	if s.Tax > 0 {
		tax = s.about(ctx, s.Tax)
	}
	return append(list, ui.Pair{Key: i18n.T(ctx, "destination.bill.duty"), Value: duty}, ui.Pair{Key: i18n.T(ctx, "destination.bill.tax"), Value: tax},
		ui.Pair{Key: i18n.T(ctx, "destination.bill.whole"), Value: s.about(ctx, s.Value+c.Price+s.Extra()), Total: true})
}

// foreign reports whether a text is in Russian, and the reader's language is another.
func foreign(ctx context.Context, text string) bool {
	return i18n.LangOf(ctx) != i18n.RU && strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

// address is the first address in a source, "" where it has none.
func address(text string) string {
	at := strings.Index(text, "https://")
	if at < 0 {
		return ""
	}
	rest, _, _ := strings.Cut(text[at:], " ")
	return strings.TrimRight(rest, ".,:;)»")
}

// whose names the thing a reason is about, in front of it.
func (s Saying) whose(r Reason) string {
	if name := s.Names[r.OfferID]; name != "" && len(s.Names) > 1 {
		return name + ": "
	}
	return ""
}

func rulePath(ctx context.Context, id string) string { return web.Path(ctx, "/export/rules/"+id) }

// Way says what an alternative is.
func (s Saying) Way(ctx context.Context, a Alternative) string {
	lang := i18n.LangOf(ctx)
	args := []any{"service", a.Service.Name(lang), "price", s.Exchange.Both(lang, a.Postage)}
	switch a.Way {
	case BySplit:
		return i18n.N(ctx, "destination.way.split", int64(len(a.Parts)), append(args, "parts", s.parts(a.Parts))...)
	case ByLeaving:
		return i18n.T(ctx, "destination.way.remove", append(args, "what", s.List(a.Removed))...)
	}
	return i18n.T(ctx, "destination.way.service", args...)
}

func (s Saying) parts(parts []Part) string {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = strconv.Itoa(i+1) + ") " + s.List(part.Items)
	}
	return strings.Join(texts, "; ")
}

// List names things with their numbers.
func (s Saying) List(items []Item) string {
	texts := make([]string, len(items))
	for i, it := range items {
		texts[i] = s.Names[it.OfferID]
		if texts[i] == "" {
			texts[i] = it.SKU
		}
		if it.Qty > 1 {
			texts[i] += " × " + strconv.Itoa(it.Qty)
		}
	}
	return strings.Join(texts, ", ")
}

// losers are the services that were not chosen, with why.
func (s Saying) losers() []Carriage {
	var list []Carriage
	for _, c := range s.Services {
		if c.WhyRU != "" {
			list = append(list, c)
		}
	}
	return list
}

// rows list every service with its price, its days and why it was not chosen.
func (s Saying) rows(ctx context.Context) []ui.Pair {
	lang := i18n.LangOf(ctx)
	var list []ui.Pair
	for _, c := range s.losers() {
		value := c.Why(lang)
		if c.Open {
			value = money.Format(lang, c.Price, money.RUB) + ", " + value
		}
		list = append(list, ui.Pair{Key: c.Name(lang), Value: value})
	}
	return list
}
