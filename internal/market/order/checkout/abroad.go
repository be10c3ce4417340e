package checkout

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// ask is the question about a sale. Who receives it is looked up as soon as they are named.
func (s Sale) ask(d Draft) destination.Ask {
	a := destination.Ask{SellerID: s.SellerID, Country: d.Recipient.Country, Object: max(0, pickedObject(d.Ship[s.SellerID]))}
	for _, it := range s.Items {
		a.Items = append(a.Items, destination.Item{OfferID: it.Offer.OfferID, SKU: it.Offer.SellerSKU, Qty: it.Qty, Value: it.Cost})
	}
	if d.Recipient.Name != "" {
		a.Persons = []string{d.Recipient.Name}
	}
	if d.Recipient.TaxID == "" {
		a.Missing = []string{missingTaxID}
	}
	return a
}

// missingTaxID is what rules call the receiver's tax number.
const missingTaxID = "consignee.tax_id"

// take makes another service the one that is picked: "12:4031" is the parcel for the goods of seller 12.
func (d *Draft) take(text string) {
	seller, object, ok := strings.Cut(text, ":")
	id, err := strconv.ParseInt(seller, 10, 64)
	if ok && err == nil {
		d.Ship[id] = form.Limit(string(shipping.Abroad)+":"+object, 40)
	}
}

// pickedObject is the post's service that a form names, 0 for none. A negative one is several parcels by that service.
func pickedObject(value string) int {
	text, ok := strings.CutPrefix(value, string(shipping.Abroad)+":")
	n, err := strconv.Atoi(text)
	if !ok || err != nil {
		return 0
	}
	return n
}

// abroadOptions are the services that may be chosen, the one decided about first; none when it may not go.
func abroadOptions(v destination.Verdict, dispatchDays int, now time.Time) []shipping.Option {
	if _, goes := v.Chosen(); !goes {
		return nil
	}
	var list []shipping.Option
	for _, c := range v.Services {
		if c.Open {
			list = append(list, shipping.AbroadOption(c.Object, c.Price, c.MinDays, c.MaxDays, dispatchDays, now))
		}
	}
	return list
}

// carriage is the post's service that was chosen for a sale.
func (s Sale) carriage() (destination.Carriage, bool) {
	if s.Abroad == nil || s.Chosen == nil {
		return destination.Carriage{}, false
	}
	at := slices.IndexFunc(s.Abroad.Services, func(c destination.Carriage) bool { return int64(c.Object) == s.Chosen.MethodID })
	if at < 0 {
		return destination.Carriage{}, false
	}
	return s.Abroad.Services[at], true
}

// arrival is what the buyer's country is expected to ask on top, all sellers together.
func (q Quote) arrival() (duty, tax money.Amount) {
	for _, s := range q.Sales {
		if s.Abroad != nil && s.Chosen != nil {
			duty, tax = duty+s.Abroad.Duty, tax+s.Abroad.Tax
		}
	}
	return duty, tax
}

// Seen is everything a foreign buyer agrees to besides the total: by which service, with which duty, at which rate. The
// page carries it and the order is placed only while it is still so. At home it is empty.
func (q Quote) Seen() string {
	var parts []string
	for _, s := range q.Sales {
		if s.Abroad == nil || s.Chosen == nil {
			continue
		}
		parts = append(parts, s.Abroad.Country+"/"+itoa(s.SellerID)+"/"+itoa(s.Chosen.MethodID)+"/"+itoa(int64(s.Abroad.Duty))+"/"+itoa(int64(s.Abroad.Tax))+
			"/"+strconv.Itoa(len(s.Abroad.Parts)))
	}
	if len(parts) == 0 {
		return ""
	}
	if e := q.Exchange; !e.Zero() {
		parts = append(parts, string(e.Currency)+"/"+e.Day.Format(time.DateOnly)+"/"+itoa(e.Value)+"/"+itoa(e.Nominal))
	}
	return strings.Join(parts, " ")
}

// Snapshot is what stays with the order of a sale that goes abroad.
func (q Quote) Snapshot(s Sale) *destination.Snapshot {
	c, ok := s.carriage()
	if !ok {
		return nil
	}
	v := s.Abroad
	object := max(c.Object, -c.Object) // negative: several parcels by it
	snap := &destination.Snapshot{Country: v.Country, Object: object, NameRU: c.RU, NameEN: c.EN, MinDays: c.MinDays, MaxDays: c.MaxDays,
		Duty: v.Duty, Tax: v.Tax, Unsaid: v.Unsaid, Union: v.Union, ValueSDR: v.ValueSDR, GrossGrams: v.GrossGrams}
	for _, p := range v.Parts {
		snap.Parcels = append(snap.Parcels, destination.PartSnapshot{GrossGrams: p.GrossGrams, ValueSDR: p.ValueSDR, Postage: p.Postage})
	}
	if e := q.Exchange; !e.Zero() {
		snap.Currency, snap.RateDay, snap.Rate, snap.Nominal = e.Currency, e.Day.Format(time.DateOnly), e.Value, e.Nominal
	}
	return snap
}

// follow gives a checkout the country that the visitor has chosen, and reports whether it had another. An address in that
// one is of no use there.
func (d *Draft) follow(country string) (turned bool) {
	if country == "" {
		country = destination.Home
	}
	r := &d.Recipient
	if r.Country == country || r.Country == "" && country == destination.Home {
		return false
	}
	*r = Recipient{Name: r.Name, Phone: r.Phone, Country: country}
	d.Ship, d.PointID, d.AddressID = nil, 0, 0
	return true
}

// checkAbroad says what is missing or wrong in a foreign address.
func (r Recipient) checkAbroad(q Quote) []errs.Field {
	var bad []errs.Field
	add := func(name, key string) { bad = append(bad, errs.Field{Name: name, Key: "order.checkout." + key}) }
	legible, key := destination.Latin, "latin"
	if q.inUnion() {
		legible, key = destination.LatinOrCyrillic, "letters"
	}
	for _, f := range []struct{ name, value, empty string }{{"name", r.Name, "name"}, {"city", r.City, "city"}, {"street", r.Street, "street"},
		{"region", r.Region, ""}, {"flat", r.Flat, ""}} {
		switch {
		case f.value == "" && f.empty != "" && f.name != "name":
			add(f.name, f.empty)
		case !legible(f.value):
			add(f.name, key)
		}
	}
	if !destination.GoodPostcode(r.Country, r.Postcode) {
		add("postcode", "postcode_abroad")
	}
	if !destination.GoodPhone(r.Phone) {
		add("phone", "phone_abroad")
	}
	if slices.Contains(q.wanted(), missingTaxID) && r.TaxID == "" {
		add("tax_id", "tax_id")
	}
	return bad
}

// inUnion reports whether no customs border lies in between.
func (q Quote) inUnion() bool {
	return !slices.ContainsFunc(q.Sales, func(s Sale) bool { return s.Abroad == nil || !s.Abroad.Union })
}

// wanted is what the country asks of the buyer besides the usual.
func (q Quote) wanted() []string {
	var list []string
	for _, s := range q.Sales {
		if s.Abroad != nil && s.Abroad.Outcome == destination.Asks {
			list = append(list, s.Abroad.Wanted...)
		}
	}
	return list
}

// asksTaxID reports whether the page has a field for the tax number.
func (q Quote) asksTaxID(r Recipient) bool {
	return r.TaxID != "" || slices.Contains(q.wanted(), missingTaxID)
}
