// Package order turns a held cart into a purchase and follows it to the door. A purchase is the
// buyer's and has one payment; it holds one order per seller, and an order travels in parcels. The
// package owns purchases, orders, their lines, parcels with every event of their lives,
// and cancellations. Totals are frozen when the purchase is placed and only moved afterwards; the
// state of an order or a purchase is derived from its parcels and never stored. It never keeps
// stock itself (catalog does), never talks to a bank (payment does) and never prices a delivery
// (shipping does).
package order

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Terms of an unpaid purchase.
const (
	// payWithin is how long a placed purchase waits for its money, and payInvoiceWithin how long for
	// a bank transfer.
	payWithin        = 30 * time.Minute
	payInvoiceWithin = 3 * 24 * time.Hour
)

// Delivery is the way one seller's goods travel, as chosen: a snapshot.
type Delivery struct {
	MethodID int64         `json:"method_id"`
	Kind     shipping.Kind `json:"kind"`
	Name     string        `json:"name,omitempty"`
	Price    money.Amount  `json:"price"`
	Point    *PickupPlace  `json:"point,omitempty"`
	ShipBy   time.Time     `json:"ship_by"`
	From     time.Time     `json:"from"`
	To       time.Time     `json:"to"`

	// Abroad is what was agreed about a parcel that leaves the country; nil at home.
	Abroad *destination.Snapshot `json:"abroad,omitempty"`
}

// PickupPlace is a pickup point as it was when chosen.
type PickupPlace struct {
	City    catalog.Text `json:"city"`
	Address catalog.Text `json:"address"`
	Hours   string       `json:"hours"`
}

// Purchase is what one buyer bought in one go.
type Purchase struct {
	ID           int64
	Number       string
	AttemptKey   string
	PersonID     *int64
	SessionID    *int64
	Email        string
	Recipient    checkout.Recipient
	Lang         i18n.Lang
	Comment      string
	Provider     string
	Currency     money.Currency
	Goods        money.Amount
	Delivery     money.Amount
	Discount     money.Amount
	Total        money.Amount
	PlacedAt     time.Time
	PayBy        time.Time
	PaidAt       *time.Time
	ClosedAt     *time.Time
	ClosedReason string
}

// Open reports whether the purchase still waits for its money.
func (p Purchase) Open() bool { return p.PaidAt == nil && p.ClosedAt == nil }

// Order is one seller's part of a purchase.
type Order struct {
	ID         int64
	PurchaseID int64
	SellerID   int64
	Number     string
	Email      string
	Lang       i18n.Lang
	Recipient  checkout.Recipient
	Method     Delivery
	Comment    string
	Currency   money.Currency
	Goods      money.Amount
	Delivery   money.Amount
	Discount   money.Amount
	Total      money.Amount
	Refunded   money.Amount
	PlacedAt   time.Time
	PaidAt     *time.Time
}

// Line is what was bought, as it was on the day.
type Line struct {
	ID        int64
	OrderID   int64
	SellerID  int64
	OfferID   int64
	ProductID int64
	TitleRu   string
	TitleEn   string
	OptionsRu string
	OptionsEn string
	SKU       string `db:"sku"`
	Image     string
	WeightG   int
	Price     money.Amount
	Qty       int
	Discount  money.Amount
	Total     money.Amount
	Cancelled int
}

// Title names the goods in a language.
func (l Line) Title(lang i18n.Lang) string {
	return catalog.Text{RU: l.TitleRu, EN: l.TitleEn}.In(lang)
}

// Options names the variant in a language.
func (l Line) Options(lang i18n.Lang) string {
	return catalog.Text{RU: l.OptionsRu, EN: l.OptionsEn}.In(lang)
}

// Left is how many units were not called off.
func (l Line) Left() int { return l.Qty - l.Cancelled }

// Parcel is a box, or several, that travel together.
type Parcel struct {
	ID        int64
	OrderID   int64
	SellerID  int64
	Seq       int
	State     State
	Since     time.Time
	DueAt     *time.Time
	Boxes     int
	Carrier   string
	Tracking  string
	LastEvent int
}

// Late reports whether somebody should have moved the parcel on by now. The clock of a delivered
// parcel is the return window and makes nobody late.
func (p Parcel) Late(now time.Time) bool {
	return p.DueAt != nil && !p.State.Done() && now.After(*p.DueAt)
}

// ParcelLine is how many units of a line travel in a parcel.
type ParcelLine struct {
	ParcelID    int64
	OrderLineID int64
	Qty         int
}

// Event is one step in a parcel's life: who moved it, from where to where, and why.
type Event struct {
	ParcelID  int64
	Seq       int
	FromState State
	ToState   State
	Actor     Actor
	PersonID  *int64
	Reason    string
	Note      string
	At        time.Time
}

// Cancellation is what was called off of an order before hand-over, and the money for it.
type Cancellation struct {
	ID       int64
	OrderID  int64
	Actor    Actor
	Reason   string
	Note     string
	Goods    money.Amount
	Delivery money.Amount
	Amount   money.Amount
	Currency money.Currency
	At       time.Time
}

// Doer is who acts: the role and, where there is one, the person.
type Doer struct {
	Actor    Actor
	PersonID *int64
}

// Dossier is a purchase with everything in it, as buyer, seller and admin read it alike; a seller's
// holds that seller's order only.
type Dossier struct {
	Purchase      Purchase
	Orders        []Order
	Lines         []Line
	Parcels       []Parcel
	ParcelLines   []ParcelLine
	Events        []Event
	Cancellations []Cancellation
	Sellers       map[int64]SellerCard
}

// SellerCard is what an order page tells of a seller.
type SellerCard struct {
	ID   int64
	Slug string
	Name string
	City string
}

// LinesOf lists the lines of an order.
func (d Dossier) LinesOf(orderID int64) []Line {
	return pick(d.Lines, func(l Line) bool { return l.OrderID == orderID })
}

// ParcelsOf lists the parcels of an order.
func (d Dossier) ParcelsOf(orderID int64) []Parcel {
	return pick(d.Parcels, func(p Parcel) bool { return p.OrderID == orderID })
}

// EventsOf lists a parcel's life, oldest first.
func (d Dossier) EventsOf(parcelID int64) []Event {
	return pick(d.Events, func(e Event) bool { return e.ParcelID == parcelID })
}

// InParcel tells how many units of which lines travel in a parcel.
func (d Dossier) InParcel(parcelID int64) []ParcelLine {
	return pick(d.ParcelLines, func(l ParcelLine) bool { return l.ParcelID == parcelID })
}

// deliveryLeft is what was paid for an order's delivery and has not been given back yet.
func (d Dossier) deliveryLeft(o Order) money.Amount {
	left := o.Delivery
	for _, c := range d.Cancellations {
		if c.OrderID == o.ID {
			left -= c.Delivery
		}
	}
	return left
}

// Line finds a line by id.
func (d Dossier) Line(id int64) (Line, bool) {
	for _, l := range d.Lines {
		if l.ID == id {
			return l, true
		}
	}
	return Line{}, false
}

// Standing derives the state of the whole purchase.
func (d Dossier) Standing() Standing {
	if d.Purchase.ClosedAt != nil && d.Purchase.ClosedReason == ReasonUnpaid {
		return StandsExpired
	}
	states := make([]State, len(d.Parcels))
	for i, p := range d.Parcels {
		states[i] = p.State
	}
	return StandingOf(states)
}

func pick[T any](list []T, keep func(T) bool) []T {
	var kept []T
	for _, v := range list {
		if keep(v) {
			kept = append(kept, v)
		}
	}
	return kept
}
