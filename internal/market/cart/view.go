package cart

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// pageView is what the cart page prints.
type pageView struct {
	Cart           Cart
	Lang           i18n.Lang
	Now            time.Time
	Sum            money.Amount
	Units, Sellers int
	Errs           ui.Errs
	Wrong          string // about quantities that cannot be
	To             destination.Choice
	Exchange       destination.Exchange
	Verdicts       map[int64]destination.Verdict // seller → what may go abroad; empty at home
	Shops          map[int64]seller.Seller       // of the sellers in the cart
	Kept           []ui.Product                  // the newest of the wish list
	Said           Choice                        // what a form that was refused said: it is shown as it was typed
}

func (v pageView) t(key string, args ...any) string { return i18n.In(v.Lang, key, args...) }

func (v pageView) sum(a money.Amount, cur money.Currency) string { return money.Format(v.Lang, a, cur) }

// head says how much is in the cart.
func (v pageView) head() string {
	return i18n.NIn(v.Lang, "cart.units", int64(v.Units)) + ", " + i18n.NIn(v.Lang, "cart.sellers", int64(v.Sellers)) +
		", " + v.t("cart.pay_once")
}

// count is the number of lines, as the header shows it.
func (v pageView) count() int {
	n := 0
	for _, l := range v.Cart.Lines {
		if !l.Removed {
			n++
		}
	}
	return n
}

func (v pageView) currency() money.Currency {
	for _, l := range v.Cart.Lines {
		return l.Offer.Price.Currency
	}
	return money.RUB
}

// line makes a line ready to print.
func (v pageView) line(l Line) ui.CartLine {
	title := l.Offer.Title.In(v.Lang)
	cost, each := v.price(l)
	c := ui.CartLine{Title: title, Href: l.Offer.Path(), Image: l.Offer.Photo.Src(), Variant: catalog.OptionsText(l.Offer.Options, v.Lang),
		Price: cost, Each: each,
		Select: ui.Box{Name: "line", ID: "line-" + strconv.FormatInt(l.ID, 10), Value: strconv.FormatInt(l.ID, 10), Checked: v.ticked(l),
			Label: v.t("cart.select", "what", title), HideLabel: true, Small: true, Form: "pick",
			Disabled: l.Notice() == Unavailable, Attrs: swap("/cart/select", "change", v.Lang)}}
	switch l.Notice() {
	case Unavailable, TooFew, Dearer:
		c.Notice = lineNotice(v, l)
	}
	switch l.Notice() {
	case Dearer:
		c.Mark = ui.Tag{Kind: ui.Warn, Label: v.t("cart.notice.was", "price", v.sum(l.Seen.Amount, l.Seen.Currency))}
	case Cheaper:
		c.Mark = ui.Tag{Kind: ui.OK, Label: v.t("cart.notice.cheaper", "diff", v.sum(l.Seen.Amount-l.Offer.Price.Amount, l.Seen.Currency))}
	}
	return c
}

// reason says why a line cannot be bought.
func (v pageView) reason(l Line) string {
	key := "cart.notice." + string(l.Offer.Reason)
	args := []any{"what", l.Offer.Title.In(v.Lang), "shop", l.Offer.SellerName}
	if l.Offer.Reason == catalog.ShopAway && l.Offer.BackOn != nil {
		key, args = key+"_until", append(args, "day", i18n.Date(v.Lang, *l.Offer.BackOn, v.Now))
	}
	return v.t(key, args...)
}

// similar is where goods like those of a line are found.
func (v pageView) similar(l Line) string {
	return "/search?" + url.Values{"q": {l.Offer.Title.In(v.Lang)}, "kind": {"goods"}}.Encode()
}

func (v pageView) qty(l Line) ui.Amount {
	a := ui.Amount{ID: qtyField(l.ID), Value: strconv.Itoa(l.Qty), What: l.Offer.Title.In(v.Lang), Max: MaxQty, Form: "pick",
		Attrs: swap("/cart/select", "change", v.Lang)}
	for _, t := range v.Said.Typed {
		if t.LineID == l.ID {
			a.Value = shown(t.Qty)
			if _, err := ParseQty(t.Qty); err != nil {
				a.Err = cmp.Or(v.Errs.Of(a.ID), v.Wrong)
			}
		}
	}
	return a
}

// point makes what is said about a quantity lead to the first line whose quantity it is.
func (v *pageView) point() {
	for i := range v.Errs {
		if v.Errs[i].Field != "qty" {
			continue
		}
		v.Wrong = v.Errs[i].Text
		for _, t := range v.Said.Typed {
			if _, err := ParseQty(t.Qty); err != nil {
				v.Errs[i].Field = qtyField(t.LineID)
				break
			}
		}
	}
}

// shown is typed text as a page can show it: as it is, but for what no page can.
func shown(typed string) string {
	if form.Keepable(typed) {
		return typed
	}
	return form.Clean(typed)
}

// ticked reports whether a line's box is ticked: as the refused form says, else as it is stored.
func (v pageView) ticked(l Line) bool {
	if v.Said.Sent {
		return slices.Contains(v.Said.Lines, l.ID)
	}
	return l.Selected
}

// swap lets htmx post a part of the page and put the answer's cart in its place; without a script
// the same form does the same.
func swap(path, trigger string, lang i18n.Lang) templ.Attributes {
	if lang == i18n.EN {
		path = "/en" + path
	}
	a := templ.Attributes{"data-hx-post": path, "data-hx-target": "#basket", "data-hx-select": "#basket", "data-hx-swap": "outerHTML"}
	if trigger != "" {
		a["data-hx-trigger"] = trigger
		a["data-hx-include"] = "[form=pick]"
	}
	return a
}

func linePath(l Line) string { return "/cart/lines/" + strconv.FormatInt(l.ID, 10) }
