// Package shipping answers how a seller's goods may reach a buyer, for how much and when: courier,
// pickup point, post by weight and zone, or the seller's own way. It owns the methods of sellers,
// the platform's fallback, the pickup points and the dated postal tariff; prices of carriers are
// demonstration data until a contract replaces them. It never takes an order and never moves money.
package shipping

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Kind is a way of delivery.
type Kind string

// The ways.
const (
	Courier Kind = "courier"
	Pickup  Kind = "pickup"
	Post    Kind = "post"
	Own     Kind = "own" // the seller brings it
	// Abroad is a service of the post to another country; Option.MethodID is its code there. No seller sets it up.
	Abroad Kind = "abroad"
)

// Kinds lists the ways in the order they are offered.
var Kinds = []Kind{Pickup, Courier, Post, Own}

// Method is one way a seller delivers. Price is flat, for Post it is added to the tariff.
// FreeFrom, when set, is the sum of goods from which delivery is free. Days count from dispatch.
type Method struct {
	ID       int64
	SellerID *int64 // nil: the platform's fallback
	Kind     Kind
	Name     string // the seller's own words, may be ""
	City     string // only there, "" everywhere; for Courier and Own
	Price    money.Amount
	FreeFrom *money.Amount
	Currency money.Currency
	MinDays  int
	MaxDays  int
	Active   bool
}

// Rate is a postal price up to a weight.
type Rate struct {
	Zone       int
	MaxWeightG int
	Price      money.Amount
	Currency   money.Currency
	MinDays    int
	MaxDays    int
}

// Tariff is the postal price table of one day. Zones maps a postcode prefix to its zone; the
// longest prefix wins and "" catches the rest. Rates are sorted by zone and weight.
type Tariff struct {
	ValidFrom     time.Time
	Source        string
	Demonstration bool
	Zones         map[string]int
	Rates         []Rate
}

// Destination is where a parcel goes; both may be unknown yet.
type Destination struct{ Postcode, City string }

// Parcel is what one seller sends: goods are priced, dispatch is the slowest line's days.
type Parcel struct {
	WeightG      int
	Goods        money.Amount
	Currency     money.Currency
	DispatchDays int
}

// Option is a way offered to a buyer. Need says what is missing before the price is final:
// "postcode", "city" or "".
type Option struct {
	MethodID int64
	Kind     Kind
	Name     string
	Price    money.Amount
	From, To time.Time
	ShipBy   time.Time
	Need     string
}

// PromiseID stands for the courier that sellers.delivery_fee promises: a method without a row.
const PromiseID int64 = 0

// Zone finds the zone of a postcode, 0 when the tariff has none.
func (t Tariff) Zone(postcode string) int {
	for n := len(postcode); n >= 0; n-- {
		if z, ok := t.Zones[postcode[:n]]; ok {
			return z
		}
	}
	return 0
}

// rate finds the price of a weight in a zone; ok is false for a parcel too heavy for the post.
func (t Tariff) rate(zone, weightG int) (Rate, bool) {
	for _, r := range t.Rates {
		if r.Zone == zone && weightG <= r.MaxWeightG {
			return r, true
		}
	}
	return Rate{}, false
}

// cheapest is the least a weight may cost before the zone is known.
func (t Tariff) cheapest(weightG int) (Rate, bool) {
	best, found := Rate{Price: math.MaxInt64}, false
	for _, r := range t.Rates {
		if weightG <= r.MaxWeightG && r.Price < best.Price {
			best, found = r, true
		}
	}
	return best, found
}

// Quote lists how a parcel may travel, cheapest first within the order of Kinds. It is a pure
// function of what it is given. Inactive methods, other cities and weights no rate covers fall out.
func Quote(methods []Method, to Destination, p Parcel, t Tariff, now time.Time) []Option {
	var list []Option
	for _, m := range methods {
		if o, ok := m.quote(to, p, t, now); ok {
			list = append(list, o)
		}
	}
	slices.SortStableFunc(list, func(a, b Option) int {
		if d := slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind); d != 0 {
			return d
		}
		return int(min(max(a.Price-b.Price, -1), 1))
	})
	return list
}

func (m Method) quote(to Destination, p Parcel, t Tariff, now time.Time) (Option, bool) {
	if !m.Active || m.Currency != p.Currency {
		return Option{}, false
	}
	o := Option{MethodID: m.ID, Kind: m.Kind, Name: m.Name, Price: m.Price}
	minDays, maxDays := m.MinDays, m.MaxDays
	switch {
	case m.Kind == Post:
		zone := t.Zone(to.Postcode)
		r, ok := t.rate(zone, p.WeightG)
		if !validPostcode(to.Postcode) {
			r, ok = t.cheapest(p.WeightG)
			o.Need = "postcode"
		}
		if !ok || r.Currency != p.Currency {
			return Option{}, false
		}
		o.Price += r.Price
		minDays, maxDays = minDays+r.MinDays, maxDays+r.MaxDays
	case m.City != "" && to.City == "":
		o.Need = "city"
	case m.City != "" && !SameCity(m.City, to.City):
		return Option{}, false
	}
	if m.FreeFrom != nil && p.Goods >= *m.FreeFrom {
		o.Price = 0
	}
	o.ShipBy = workday(now, p.DispatchDays)
	o.From, o.To = o.ShipBy.AddDate(0, 0, minDays), o.ShipBy.AddDate(0, 0, maxDays)
	return o, true
}

// Days of a service abroad that the post says none of.
const (
	unsaidMin = 14
	unsaidMax = 60
)

// AbroadOption is a service of the post to another country: object is its code, days count from the hand-over.
func AbroadOption(object int, price money.Amount, minDays, maxDays, dispatchDays int, now time.Time) Option {
	if maxDays == 0 {
		minDays, maxDays = unsaidMin, unsaidMax
	}
	shipBy := workday(now, dispatchDays)
	return Option{MethodID: int64(object), Kind: Abroad, Price: price, ShipBy: shipBy,
		From: shipBy.AddDate(0, 0, minDays), To: shipBy.AddDate(0, 0, maxDays)}
}

// SameCity compares names of cities as people type them.
func SameCity(a, b string) bool {
	fold := func(s string) string {
		s = strings.ToLower(strings.TrimSpace(s))
		s = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(s, "город "), "г."))
		return strings.ReplaceAll(s, "ё", "е")
	}
	return fold(a) == fold(b)
}

// validPostcode reports whether a text is a Russian postcode: six digits.
func validPostcode(s string) bool {
	if len(s) != 6 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// workday is the end of the Moscow day that lies days after now, moved past a weekend.
func workday(now time.Time, days int) time.Time {
	d := now.In(i18n.Moscow).AddDate(0, 0, days)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.AddDate(0, 0, 1)
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 23, 59, 0, 0, i18n.Moscow)
}

// Point is a place where parcels wait for people.
type Point struct {
	ID            int64
	CityRu        string
	CityEn        string
	AddressRu     string
	AddressEn     string
	Hours         string // daily, "09:00-21:00"
	Demonstration bool
}

// City names the point's city in a language.
func (p Point) City(l i18n.Lang) string {
	if l == i18n.EN {
		return p.CityEn
	}
	return p.CityRu
}

// Address gives the point's street in a language.
func (p Point) Address(l i18n.Lang) string {
	if l == i18n.EN {
		return p.AddressEn
	}
	return p.AddressRu
}
