// Package checkout is the attempt to buy: it holds what is ticked in a cart for some minutes, keeps what the buyer types,
// asks for each seller by which ways the goods may travel, at home and abroad, and prices it all. It owns checkouts and
// their lines. What becomes of an attempt that is placed is package order's, which closes it in one statement with the
// purchase; the pages here are told by two functions how to place and where to find what was placed.
package checkout

import (
	"cmp"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Terms of a checkout.
const (
	// HoldFor is how long a checkout keeps the goods; one extension adds as much.
	HoldFor = 10 * time.Minute
	// maxUnpaid bounds the purchases a buyer may leave unpaid: each of them keeps goods from others.
	maxUnpaid = 5
)

// Draft is what a buyer typed so far, kept as typed so that nothing is lost on the way.
type Draft struct {
	Ship      map[int64]string `json:"ship,omitempty"` // seller → "kind:method"
	PointID   int64            `json:"point_id,omitempty"`
	AddressID int64            `json:"address_id,omitempty"`
	Recipient Recipient        `json:"recipient"`
	Email     string           `json:"email,omitempty"`
	Payment   string           `json:"payment,omitempty"`
	Comment   string           `json:"comment,omitempty"`
	Save      bool             `json:"save,omitempty"` // the address into the person's book
	Seen      string           `json:"-"`              // what a foreign buyer's page said besides the total: Quote.Seen
}

// Item is a held line with its offer as it is now.
type Item struct {
	Offer catalog.OfferLine
	Qty   int
	Cost  money.Amount
}

// Sale is what one seller sends: the held lines and the ways they may travel.
type Sale struct {
	SellerID   int64
	SellerName string
	SellerSlug string
	Items      []Item
	Options    []shipping.Option
	Chosen     *shipping.Option
	Abroad     *destination.Verdict // nil at home
}

// Quote is a checkout priced at this moment.
type Quote struct {
	Sales []Sale
	Sums  Sums
	// Complete is false while a way of delivery or what prices it is still missing.
	Complete bool
	// Exchange is the rate that a foreign buyer's sums are shown by.
	Exchange destination.Exchange
}

// Currency is that of the whole checkout; Split refuses a second one.
func (q Quote) Currency() money.Currency {
	if len(q.Sales) == 0 || len(q.Sales[0].Items) == 0 {
		return money.RUB
	}
	return q.Sales[0].Items[0].Offer.Price.Currency
}

// Items lists all held lines, sellers in order.
func (q Quote) Items() []Item {
	var items []Item
	for _, s := range q.Sales {
		items = append(items, s.Items...)
	}
	return items
}

// needsAddress reports whether a chosen way goes to a door or a post office.
func (q Quote) needsAddress() bool {
	return slices.ContainsFunc(q.Sales, func(s Sale) bool { return s.Chosen != nil && s.Chosen.Kind != shipping.Pickup })
}

// needsPoint reports whether a chosen way ends at a pickup point.
func (q Quote) needsPoint() bool {
	return slices.ContainsFunc(q.Sales, func(s Sale) bool { return s.Chosen != nil && s.Chosen.Kind == shipping.Pickup })
}

// gather groups held lines by seller, sellers in id order, with their parcels for pricing.
func gatherSales(lines []hold.Line, offers map[int64]catalog.OfferLine) ([]Sale, map[int64]shipping.Parcel, error) {
	sales, parcels := map[int64]*Sale{}, map[int64]shipping.Parcel{}
	for _, l := range lines {
		o, ok := offers[l.OfferID]
		if !ok || o.Reason == catalog.Gone || o.Reason == catalog.ShopClosed {
			return nil, nil, errs.New(errs.Conflict, "order.place.gone", "what", o.Title.RU)
		}
		cost, err := money.Mul(o.Price.Amount, int64(l.Qty))
		if err != nil {
			return nil, nil, errs.New(errs.Invalid, "order.place.too_much").With(err)
		}
		s := sales[o.SellerID]
		if s == nil {
			s = &Sale{SellerID: o.SellerID, SellerName: o.SellerName, SellerSlug: o.SellerSlug}
			sales[o.SellerID] = s
		}
		s.Items = append(s.Items, Item{Offer: o, Qty: l.Qty, Cost: cost})
		p := parcels[o.SellerID]
		p.Currency = o.Price.Currency
		p.DispatchDays = max(p.DispatchDays, o.DispatchDays)
		p.WeightG += cmp.Or(o.WeightG, unknownWeightG) * l.Qty
		if p.Goods, err = money.Add(p.Goods, cost); err != nil {
			return nil, nil, errs.New(errs.Invalid, "order.place.too_much").With(err)
		}
		parcels[o.SellerID] = p
	}
	list := make([]Sale, 0, len(sales))
	for _, id := range slices.Sorted(maps.Keys(sales)) {
		list = append(list, *sales[id])
	}
	return list, parcels, nil
}

// unknownWeightG stands for goods whose weight nobody entered.
const unknownWeightG = 500

// choose sets the way each seller's goods travel: what the draft says, else the one that costs least.
func (s *Sale) choose(pick string) {
	for i, o := range s.Options {
		if OptionValue(o) == pick {
			s.Chosen = &s.Options[i]
			return
		}
		if s.Chosen == nil || sooner(o, *s.Chosen) {
			s.Chosen = &s.Options[i]
		}
	}
}

// sooner reports whether a way is to be chosen for a buyer rather than another: one that has a price already before one
// that needs to know more for it, then the cheaper, for the card promised no more than that.
func sooner(a, b shipping.Option) bool {
	if priced := a.Need == ""; priced != (b.Need == "") {
		return priced
	}
	return a.Price < b.Price
}

// OptionValue names an option in a form.
func OptionValue(o shipping.Option) string { return string(o.Kind) + ":" + itoa(o.MethodID) }

// price adds a quote up.
func price(sales []Sale) (Quote, error) {
	q := Quote{Sales: sales, Complete: true}
	var parts []Part
	delivery := map[int64]money.Amount{}
	for _, s := range sales {
		for _, i := range s.Items {
			parts = append(parts, Part{SellerID: s.SellerID, Price: i.Offer.Price.Amount, Qty: i.Qty, Currency: i.Offer.Price.Currency})
		}
		if s.Chosen == nil || s.Chosen.Need != "" {
			q.Complete = false
		}
		if s.Chosen != nil {
			delivery[s.SellerID] = s.Chosen.Price
		}
	}
	var err error
	_, q.Sums, err = Split(parts, delivery, 0)
	return q, err
}

// Check reads a draft as an order to place: what is missing or wrong, field by field.
func (d Draft) Check(q Quote) []errs.Field {
	var bad []errs.Field
	add := func(name, key string, args ...any) { bad = append(bad, errs.Field{Name: name, Key: key, Args: args}) }
	for _, s := range q.Sales {
		switch {
		case s.Chosen == nil && s.Abroad != nil:
			add("ship."+itoa(s.SellerID), "order.checkout.stays", "seller", s.SellerName)
		case s.Chosen == nil:
			add("ship."+itoa(s.SellerID), "order.checkout.no_way", "seller", s.SellerName)
		case d.Ship[s.SellerID] == "":
			add("ship."+itoa(s.SellerID), "order.checkout.choose_way", "seller", s.SellerName)
		case d.Ship[s.SellerID] != OptionValue(*s.Chosen):
			add("ship."+itoa(s.SellerID), "shipping.gone")
		}
	}
	if q.needsPoint() && d.PointID == 0 {
		add("point", "order.checkout.choose_point")
	}
	if utf8.RuneCountInString(d.Recipient.Name) < 2 {
		add("name", "order.checkout.name")
	}
	if !d.Recipient.Abroad() && !validPhone(d.Recipient.Phone) {
		add("phone", "order.checkout.phone")
	}
	if !plausibleEmail(d.Email) {
		add("email", "order.checkout.email")
	}
	if d.Recipient.Abroad() {
		bad = append(bad, d.Recipient.checkAbroad(q)...)
	} else if q.needsAddress() {
		bad = append(bad, d.Recipient.checkAddress()...)
	}
	if d.Payment == "" && q.Sums.Total > 0 {
		add("payment", "order.checkout.payment")
	}
	if !d.Recipient.Pays(d.Payment) {
		add("payment", "order.checkout.payment_abroad")
	}
	return bad
}
