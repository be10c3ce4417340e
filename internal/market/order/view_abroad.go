package order

import (
	"cmp"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web/ui"
)

// countryAbroad is where a foreign parcel goes: all that its seller needs of what was agreed with the buyer.
func (v voice) countryAbroad(o Order) []ui.Pair {
	if o.Method.Abroad == nil {
		return nil
	}
	return []ui.Pair{{Key: v.t("order.country"), Value: destination.NameOf(v.Lang, o.Method.Abroad.Country)}}
}

// agreedAbroad is what was agreed about a foreign parcel besides its way: where to, what may come on top, by which rate.
func (v voice) agreedAbroad(o Order) []ui.Pair {
	a, pairs := o.Method.Abroad, v.countryAbroad(o)
	if a == nil {
		return nil
	}
	e := a.Exchange()
	if about := e.About(v.Lang, o.Total); about != "" {
		day := i18n.Date(v.Lang, e.Day, v.Now)
		pairs = append(pairs, ui.Pair{Key: v.t("order.checkout.about"), Value: v.t("order.about_at", "sum", about, "rate", e.Rate(v.Lang), "day", day)})
	}
	if extra := a.Duty + a.Tax; extra > 0 {
		pairs = append(pairs, ui.Pair{Key: v.t("order.checkout.extra"), Value: cmp.Or(e.About(v.Lang, extra), "≈\u00a0"+v.sum(extra, o.Currency))})
	}
	return pairs
}
