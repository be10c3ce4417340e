package checkout

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// recipient is the address as typed so far.
func (v checkoutView) recipient() Recipient { return v.Checkout.Draft.Recipient }

func (v checkoutView) abroad() bool { return v.recipient().Abroad() }

// country asks where the parcels go; it comes first, since everything else hangs on it.
func (v checkoutView) country() ui.Sel {
	s := destination.CountrySelect(v.Lang, v.recipient().Country)
	s.Err = v.Errs.Of("country")
	return s
}

// saying is what a seller's part of the page says about the way abroad.
func (v checkoutView) saying(s Sale) destination.Saying {
	names := map[int64]string{}
	for _, it := range v.Quote.Items() {
		names[it.Offer.OfferID] = it.Offer.Title.In(v.Lang)
	}
	return destination.Saying{Verdict: *s.Abroad, Exchange: v.Quote.Exchange, Names: names}
}

// both is a sum in the buyer's currency, with the roubles that are charged beside it.
func (v checkoutView) both(a money.Amount) string {
	if v.Quote.Currency() != money.RUB {
		return v.sum(a)
	}
	return v.Quote.Exchange.Both(v.Lang, a)
}

// own is a sum in the buyer's currency alone, "" where roubles are all they see.
func (v checkoutView) own(a money.Amount) string {
	if v.Quote.Currency() != money.RUB {
		return ""
	}
	return v.Quote.Exchange.Sum(v.Lang, a)
}

// about is an estimate in the buyer's currency, "" where none is shown.
func (v checkoutView) about(a money.Amount) string { return v.Quote.Exchange.About(v.Lang, a) }

// abroadTotals are the lines under the total of a foreign purchase: what comes on top at home, and what it all comes to.
func (v checkoutView) abroadTotals() []ui.Pair {
	duty, tax := v.Quote.arrival()
	if duty+tax == 0 || v.stays() {
		return nil
	}
	about := func(a money.Amount) string { return cmp.Or(v.about(a), "≈\u00a0"+v.sum(a)) }
	return []ui.Pair{{Key: v.t("destination.bill.duty"), Value: about(duty)}, {Key: v.t("destination.bill.tax"), Value: about(tax)},
		{Key: v.t("destination.bill.whole"), Value: about(v.Quote.Sums.Total + duty + tax)}}
}

// charged says that roubles are charged, how much that is about, and by which rate.
func (v checkoutView) charged() string {
	e := v.Quote.Exchange
	if e.Zero() {
		return v.t("order.checkout.charged_rub", "sum", v.sum(v.Quote.Sums.Total))
	}
	text := v.t("order.checkout.charged", "sum", v.sum(v.Quote.Sums.Total), "about", e.Sum(v.Lang, v.Quote.Sums.Total), "rate", e.Rate(v.Lang),
		"day", i18n.Date(v.Lang, e.Day, v.Now))
	return strings.TrimSpace(text + " " + destination.AgeText(v.Lang, e))
}

// carriageOf finds the service behind an option.
func carriageOf(s Sale, o shipping.Option) (destination.Carriage, bool) {
	if s.Abroad == nil {
		return destination.Carriage{}, false
	}
	at := slices.IndexFunc(s.Abroad.Services, func(c destination.Carriage) bool { return int64(c.Object) == o.MethodID })
	if at < 0 {
		return destination.Carriage{}, false
	}
	return s.Abroad.Services[at], true
}

// abroadWays lists the post's services that may be chosen for one seller's goods.
func (v checkoutView) abroadWays(s Sale) ui.Choices {
	c := ui.Choices{Name: shipName(s.SellerID), Legend: s.SellerName, Card: true, Err: v.Errs.Of(shipName(s.SellerID))}
	if s.Chosen != nil {
		c.Value = OptionValue(*s.Chosen)
	}
	for _, o := range s.Options {
		way, _ := carriageOf(s, o)
		hint := destination.Days(v.Lang, way.MinDays, way.MaxDays)
		if way.Tracked {
			hint = joined(hint, v.t("order.checkout.tracked"))
		}
		name := way.Name(v.Lang)
		if n := len(s.Abroad.Parts); n > 0 {
			name = i18n.NIn(v.Lang, "order.checkout.in_parts", int64(n), "service", name)
		}
		c.Options = append(c.Options, ui.Choice{Value: OptionValue(o), Label: name, Hint: hint, Extra: v.both(o.Price)})
	}
	return c
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

// inParts tells what each of several parcels holds; nothing for one.
func (v checkoutView) inParts(s Sale) []ui.Pair {
	var list []ui.Pair
	for i, p := range s.Abroad.Parts {
		list = append(list, ui.Pair{Key: v.t("order.parcel", "n", i+1), Value: v.saying(s).List(p.Items)})
	}
	return list
}

// stays reports whether somebody's goods cannot go: nothing is paid for until that is settled.
func (v checkoutView) stays() bool {
	return slices.ContainsFunc(v.Quote.Sales, func(s Sale) bool { return s.Abroad != nil && s.Chosen == nil })
}

// without is the way on when one seller's goods stay and nothing less helps: the offers to leave out, as a form's value.
// Everything the seller sells is left out where others' goods remain.
func (v checkoutView) without(s Sale) string {
	if len(v.Quote.Sales) < 2 || len(s.Abroad.Alternatives) > 0 {
		return ""
	}
	ids := make([]string, len(s.Items))
	for i, it := range s.Items {
		ids[i] = itoa(it.Offer.OfferID)
	}
	return strings.Join(ids, ",")
}

// letters is a hint about the letters of names and addresses: inside the union Russian ones are read too.
func (v checkoutView) letters(latin, union string) string {
	if v.Quote.inUnion() {
		return v.t(union)
	}
	return v.t(latin)
}

// takeValue names an alternative service in a form.
func takeValue(s Sale, a destination.Alternative) string {
	object := a.Service.Object
	if a.Way == destination.BySplit {
		object = -object
	}
	return itoa(s.SellerID) + ":" + strconv.Itoa(object)
}

// leaveValue names the goods an alternative leaves out.
func leaveValue(a destination.Alternative) string {
	ids := make([]string, len(a.Removed))
	for i, it := range a.Removed {
		ids[i] = itoa(it.OfferID)
	}
	return strings.Join(ids, ",")
}

// demonstration reports whether some price of the post is made up.
func (v checkoutView) demonstration() bool {
	return slices.ContainsFunc(v.Quote.Sales, func(s Sale) bool {
		return s.Abroad != nil && slices.ContainsFunc(s.Abroad.Services, func(c destination.Carriage) bool { return c.Demonstration })
	})
}

// staleTariff reports whether some price of the post is the last one known.
func (v checkoutView) staleTariff() bool {
	return slices.ContainsFunc(v.Quote.Sales, func(s Sale) bool {
		c, ok := s.carriage()
		return ok && c.Stale
	})
}

// goods names a sale's things.
func (v checkoutView) goods(s Sale) string {
	names := make([]string, len(s.Items))
	for i, it := range s.Items {
		names[i] = it.Offer.Title.In(v.Lang)
		if o := catalog.OptionsText(it.Offer.Options, v.Lang); o != "" {
			names[i] += ", " + o
		}
	}
	return strings.Join(names, "; ")
}
