package checkout

import (
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// checkoutView is what the checkout page prints.
type checkoutView struct {
	Preview *Draft // priced in place of the stored draft
	View
	Lang      i18n.Lang
	Errs      ui.Errs
	Points    []shipping.Point
	Tariff    shipping.Tariff
	Addresses []contact.Address
	Methods   []payment.Method
	SignedIn  bool
	Changed   bool // the total is not the one the buyer agreed to
	WasTotal  money.Amount
}

// checkoutForm is the id of the one form of the page.
const checkoutForm = "co"

func (v checkoutView) t(key string, args ...any) string { return i18n.In(v.Lang, key, args...) }

func (v checkoutView) sum(a money.Amount) string { return money.Format(v.Lang, a, v.Quote.Currency()) }

// prefill offers a signed-in buyer what we know, as long as nothing was typed.
func (v *checkoutView) prefill(s *account.Session) {
	d := &v.Checkout.Draft
	if d.Email == "" {
		d.Email = s.Email
	}
	country := d.Recipient.Country
	if d.Recipient != (Recipient{Country: country}) {
		return
	}
	d.Recipient.Name = s.Name
	for _, a := range v.Addresses {
		if suits(a, country, len(v.Addresses) == 1) {
			d.Recipient, d.AddressID = recipientOf(a), a.ID
		}
	}
}

// suits reports whether an address of the book is offered for a country: abroad any one there, at home the usual one.
func suits(a contact.Address, country string, only bool) bool {
	if destination.Abroad(country) {
		return a.Country == country
	}
	return !destination.Abroad(a.Country) && (a.IsDefault || only)
}

func (v checkoutView) hold() ui.HoldTime {
	h := ui.HoldTime{Until: v.Checkout.ExpiresAt, Now: v.Now, Whole: HoldFor, Clock: Zoned(v.Lang, i18n.Clock(v.Checkout.ExpiresAt), v.abroad()), Form: checkoutForm}
	if v.Checkout.Extended {
		h.Whole = 2 * HoldFor
	} else {
		h.Extend, h.Path = v.t("order.checkout.extend"), web.PathIn(v.Lang, "/checkout/extend")
	}
	return h
}

func shipName(sellerID int64) string { return "ship." + itoa(sellerID) }

// ways lists how one seller's goods may travel.
func (v checkoutView) ways(s Sale) ui.Choices {
	c := ui.Choices{Name: shipName(s.SellerID), Legend: s.SellerName, Card: true, Columns: true, Err: v.Errs.Of(shipName(s.SellerID))}
	c.HideLegend = v.waysSettled()
	if s.Chosen != nil {
		c.Value = OptionValue(*s.Chosen)
	}
	for _, o := range s.Options {
		c.Options = append(c.Options, ui.Choice{Value: OptionValue(o), Label: WayName(v.Lang, o.Name, o.Kind), Native: native(v.Lang, o.Name), Hint: v.wayHint(o), Extra: v.wayPrice(o)})
	}
	return c
}

// waysSettled reports whether the ways are chosen, the address is written and nothing is left to mend: the page then says
// each choice in a line and folds the others. What is asked by a script is never folded under the finger.
func (v checkoutView) waysSettled() bool {
	return v.Preview == nil && !v.abroad() && v.settled() != "" && v.steps()[0].Done
}

func (v checkoutView) said(s Sale) string {
	if s.Chosen == nil {
		return ""
	}
	o := *s.Chosen
	return WayName(v.Lang, o.Name, o.Kind) + " · " + v.wayHint(o) + " · " + v.wayPrice(o)
}

func saidID(s Sale) string { return "said-" + itoa(s.SellerID) }

// alsoSaid adds the lines of folded ways to the parts of the page that a choice changes.
func (v checkoutView) alsoSaid(parts string) string {
	if v.waysSettled() {
		for _, s := range v.Quote.Sales {
			parts += ",#" + saidID(s)
		}
	}
	return parts
}

func (v checkoutView) wayHint(o shipping.Option) string {
	switch o.Need {
	case "postcode":
		return v.t("order.checkout.need_postcode")
	case "city":
		return v.t("order.checkout.need_city")
	}
	return Between(v.Lang, o.From, o.To, v.Now)
}

func (v checkoutView) wayPrice(o shipping.Option) string {
	switch {
	case o.Need == "postcode":
		return v.t("order.checkout.from", "price", v.sum(o.Price))
	case o.Price == 0:
		return v.t("order.checkout.free")
	}
	return v.sum(o.Price)
}

func (v checkoutView) points() ui.Sel {
	near, far := nearPoints(v.Points, v.Checkout.Draft.Recipient.City)
	s := ui.Sel{Name: "point", Label: v.t("order.checkout.point"), Value: itoa(v.Checkout.Draft.PointID), Err: v.Errs.Of("point"),
		Hint: v.t("order.checkout.point_hint"), Options: []ui.Option{{Value: "", Label: v.t("order.checkout.point_none")}}}
	if v.Checkout.Draft.PointID == 0 && len(near) > 0 {
		s.Value = itoa(near[0].ID)
	}
	for _, p := range append(near, far...) {
		s.Options = append(s.Options, ui.Option{Value: itoa(p.ID), Label: p.Address(v.Lang) + ", " + p.Hours, Group: p.City(v.Lang)})
	}
	return s
}

// proposesPoint says at the field, and above, that a point nobody chose stands in it: the one of the city that was typed.
func (v checkoutView) proposesPoint() {
	for i, e := range v.Errs {
		if near, _ := nearPoints(v.Points, v.Checkout.Draft.Recipient.City); e.Field == "point" && v.Checkout.Draft.PointID == 0 && len(near) > 0 {
			v.Errs[i].Text = v.t("order.checkout.check_point")
		}
	}
}

// nearPoints parts the points of a city, however its name was typed, from those elsewhere.
func nearPoints(points []shipping.Point, city string) (near, far []shipping.Point) {
	for _, p := range points {
		if city != "" && inCity(p, city) {
			near = append(near, p)
		} else {
			far = append(far, p)
		}
	}
	return near, far
}

func inCity(p shipping.Point, city string) bool {
	return shipping.SameCity(p.CityRu, city) || shipping.SameCity(p.CityEn, city)
}

// noPointIn is the typed city when no pickup point is there.
func (v checkoutView) noPointIn() string {
	city := v.Checkout.Draft.Recipient.City
	if near, _ := nearPoints(v.Points, city); len(near) > 0 {
		return ""
	}
	return city
}

// steps is the strip at the head of the page: what is answered is ticked, the first open question is now.
func (v checkoutView) steps() []ui.Step {
	d := v.Checkout.Draft
	done := []bool{v.Quote.Complete && len(d.Ship) > 0 && (d.PointID != 0 || !v.Quote.needsPoint()), d.Recipient.Name != "" && d.Recipient.Phone != "" && d.Email != "", false}
	for _, e := range v.Errs {
		done[stepOf(e.Field)] = false
	}
	list, now := make([]ui.Step, len(done)), true
	for i, key := range []string{"order.delivery", "order.checkout.who", "order.checkout.payment_legend"} {
		list[i] = ui.Step{Label: v.t(key), Done: done[i], Now: now && !done[i]}
		now = now && done[i]
	}
	return list
}

// stepOf tells which step of the strip a field of the form belongs to.
func stepOf(field string) int {
	switch {
	case strings.HasPrefix(field, "ship."), field == "point":
		return 0
	case field == "payment":
		return 2
	}
	return 1
}

func (v checkoutView) book() ui.Sel {
	s := ui.Sel{Name: "address", Label: v.t("order.checkout.book"), Value: itoa(v.Checkout.Draft.AddressID),
		Options: []ui.Option{{Value: "", Label: v.t("order.checkout.book_none")}}}
	for _, a := range v.Addresses {
		s.Options = append(s.Options, ui.Option{Value: itoa(a.ID), Label: a.Line(v.Lang)})
	}
	return s
}

// settled is the address of the form where nothing is left to write or to mend, shown as a line with its fields folded;
// "" where something is.
func (v checkoutView) settled() string {
	r := v.Checkout.Draft.Recipient
	for _, name := range []string{"city", "postcode", "street", "flat"} {
		if v.Errs.Of(name) != "" {
			return ""
		}
	}
	if a, ok := v.inBook(); ok {
		return a.Line(v.Lang)
	}
	if r.Street == "" || len(r.checkAddress()) > 0 {
		return ""
	}
	return r.Line(v.Lang)
}

// inBook is the address of the book that the form says unchanged.
func (v checkoutView) inBook() (contact.Address, bool) {
	r := v.Checkout.Draft.Recipient
	at := slices.IndexFunc(v.Addresses, func(a contact.Address) bool {
		return a.ID == v.Checkout.Draft.AddressID && a.City == r.City && a.Postcode == r.Postcode && a.Street == r.Street && a.Flat == r.Flat
	})
	if at < 0 {
		return contact.Address{}, false
	}
	return v.Addresses[at], true
}

func (v checkoutView) field(name, value, width, autocomplete string) ui.Input {
	return ui.Input{Name: name, Label: v.t("order.checkout.label." + name), Value: value, Width: width, Autocomplete: autocomplete, Err: v.Errs.Of(name)}
}

func (v checkoutView) payments() ui.Choices {
	c := ui.Choices{Name: "payment", Legend: v.t("order.checkout.payment_legend"), HideLegend: true, Card: true, Value: v.Checkout.Draft.Payment, Err: v.Errs.Of("payment")}
	if !slices.ContainsFunc(v.Methods, func(m payment.Method) bool { return m.Code == c.Value }) && len(v.Methods) > 0 {
		c.Value = v.Methods[0].Code
	}
	for _, m := range v.Methods {
		c.Options = append(c.Options, ui.Choice{Value: m.Code, Label: v.t(m.TitleKey), Hint: v.t(m.HintKey)})
	}
	return c
}

func (v checkoutView) totals() []ui.Pair {
	s := v.Quote.Sums
	pairs := []ui.Pair{{Key: v.t("order.goods"), Value: v.both(s.Goods)}}
	delivery := v.both(s.Delivery)
	if !v.Quote.Complete {
		delivery = v.t("order.checkout.from", "price", delivery)
	}
	pairs = append(pairs, ui.Pair{Key: v.t("order.delivery"), Value: delivery})
	return append(pairs, ui.Pair{Key: v.t("order.total"), Value: v.both(s.Total), Total: true})
}

// short names goods in the list beside the form.
func (v checkoutView) short(it Item) string {
	title := it.Offer.Title.In(v.Lang)
	if options := catalog.OptionsText(it.Offer.Options, v.Lang); options != "" {
		title += ", " + options
	}
	if it.Qty > 1 {
		title += " × " + strconv.Itoa(it.Qty)
	}
	return title
}

// units counts what is bought.
func (v checkoutView) units() int64 {
	n := 0
	for _, it := range v.Quote.Items() {
		n += it.Qty
	}
	return int64(n)
}

// usesPost reports whether a price on the page comes from the postal tariff.
func (v checkoutView) usesPost() bool {
	for _, s := range v.Quote.Sales {
		for _, o := range s.Options {
			if o.Kind == shipping.Post {
				return true
			}
		}
	}
	return false
}

// offersPoint reports whether some seller's goods may go to a pickup point.
func (v checkoutView) offersPoint() bool {
	for _, s := range v.Quote.Sales {
		for _, o := range s.Options {
			if o.Kind == shipping.Pickup {
				return true
			}
		}
	}
	return false
}

func (v checkoutView) postcode(value string) ui.Input {
	i := v.field("postcode", value, "s", "postal-code")
	if !v.abroad() {
		i.InputMode = "numeric"
	}
	return i
}

func (v checkoutView) name(value string) ui.Input {
	i := v.field("name", value, "", "name")
	if v.abroad() {
		i.Hint = v.letters("order.checkout.name_hint", "order.checkout.name_hint_union")
	}
	return i
}

func (v checkoutView) phone(value string) ui.Input {
	i := v.field("phone", value, "m", "tel")
	i.Type, i.InputMode, i.Hint = "tel", "tel", v.t("order.checkout.phone_hint")
	if v.abroad() {
		i.Hint = v.t("order.checkout.phone_abroad_hint")
	}
	return i
}

func (v checkoutView) email() ui.Input {
	i := v.field("email", v.Checkout.Draft.Email, "l", "email")
	i.Type, i.Hint = "email", v.t("order.checkout.email_hint")
	return i
}

func (v checkoutView) taxID(value string) ui.Input {
	i := v.field("tax_id", value, "m", "off")
	i.Hint = v.t("order.checkout.tax_id_hint")
	return i
}
