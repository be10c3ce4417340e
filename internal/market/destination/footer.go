package destination

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// here is the page one is on, to come back to.
func here(ctx context.Context) string {
	s := web.ShellFrom(ctx)
	path := s.Path
	if s.Query != "" {
		path += "?" + s.Query
	}
	return next(path)
}

// choosePath is the page of the choice, which leads back here.
func choosePath(ctx context.Context) string { return "/destination?next=" + url.QueryEscape(here(ctx)) }

func chosenCountry(ctx context.Context) string {
	if c := Of(ctx).Country; c != "" {
		return c
	}
	return Home
}

// footerList is the short list, with the visitor's own country in it.
func footerList(ctx context.Context) []ui.Option {
	lang := i18n.LangOf(ctx)
	list := shortList(lang, "")
	code := chosenCountry(ctx)
	if !slices.ContainsFunc(list, func(o ui.Option) bool { return o.Value == code }) {
		list = append(list, ui.Option{Value: code, Label: NameOf(lang, code)})
	}
	return list
}

// AbroadChoices are the countries that a form offers where something may be sent: the short list without this one.
func AbroadChoices(ctx context.Context) []ui.Option {
	return slices.DeleteFunc(footerList(ctx), func(o ui.Option) bool { return o.Value == Home })
}

// whereList asks a visitor at home to name a country, and one abroad for another, home among them.
func whereList(ctx context.Context) []ui.Option {
	if Of(ctx).Abroad() {
		return footerList(ctx)
	}
	return append([]ui.Option{{Label: i18n.T(ctx, "destination.where")}}, AbroadChoices(ctx)...)
}

// Label is the choice in a few words, for the head of the page: "Germany, EUR".
func Label(ctx context.Context) string {
	c := Of(ctx)
	place := NameOf(i18n.LangOf(ctx), chosenCountry(ctx))
	if c.Show() == money.RUB {
		return place + ", ₽"
	}
	return place + ", " + string(c.Show())
}

// rateLine says by which rate prices are shown, and how old it is.
func rateLine(ctx context.Context) string {
	c, e, lang := Of(ctx), ExchangeOf(ctx), i18n.LangOf(ctx)
	switch {
	case c.Show() == money.RUB:
		return ""
	case e.Zero():
		return i18n.T(ctx, "destination.no_rate", "currency", string(c.Show()))
	}
	return RateText(lang, e)
}

// RateText says what a currency costs, since which day, and how old that is.
func RateText(lang i18n.Lang, e Exchange) string {
	text := i18n.In(lang, "destination.rate", "rate", e.Rate(lang), "day", i18n.Date(lang, e.Day, e.Day.AddDate(0, 0, e.AgeDays)))
	return strings.TrimSpace(text + " " + AgeText(lang, e))
}

// AgeText says how old a rate is that is older than a weekend makes it; "" for a fresh one.
func AgeText(lang i18n.Lang, e Exchange) string {
	if e.AgeDays <= staleAfter {
		return ""
	}
	return i18n.NIn(lang, "destination.rate_age", int64(e.AgeDays))
}

// staleAfter is how many days a rate may be old without a word: Saturday's holds till Monday.
const staleAfter = 3
