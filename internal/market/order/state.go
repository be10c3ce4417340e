package order

import (
	"slices"
	"time"
)

// State is where a parcel is.
type State string

// The states of a parcel, in the order of an ordinary life.
const (
	AwaitingPayment  State = "awaiting_payment"
	Confirmed        State = "confirmed" // paid; the seller has not taken it up yet
	Assembling       State = "assembling"
	Packed           State = "packed"
	HandedOver       State = "handed_over"
	ExportCustoms    State = "export_customs"
	LeftCountry      State = "left_country"
	ImportCustoms    State = "import_customs"
	InTransit        State = "in_transit"
	AtPickup         State = "at_pickup"
	DeliveryAttempt  State = "delivery_attempt"
	Delivered        State = "delivered"
	Closed           State = "closed" // the return window is over
	Cancelled        State = "cancelled"
	Lost             State = "lost"
	Damaged          State = "damaged"
	Returning        State = "returning"
	ReturnedToSeller State = "returned_to_seller"
)

// Actor is who moved a parcel.
type Actor string

// The actors.
const (
	ByBuyer   Actor = "buyer"
	BySeller  Actor = "seller"
	ByAdmin   Actor = "admin"
	ByCarrier Actor = "carrier"
	BySystem  Actor = "system"
)

// Reasons of events. Those of a cancellation are chosen by people, the rest are written by rules.
const (
	ReasonPaid         = "paid"
	ReasonPaidLate     = "paid_late" // money came after expiry and the goods were still there
	ReasonUnpaid       = "unpaid"
	ReasonSplit        = "split"
	ReasonChangedMind  = "changed_mind"
	ReasonFoundCheaper = "found_cheaper"
	ReasonTooLong      = "too_long"
	ReasonMistake      = "mistake"
	ReasonOutOfStock   = "out_of_stock"
	ReasonDefect       = "defect"
	ReasonCannotShip   = "cannot_ship"
	ReasonBuyerAsked   = "buyer_asked"
	ReasonRefused      = "refused"
	ReasonNotCollected = "not_collected"
	ReasonUndelivered  = "undeliverable"
	ReasonFraud        = "fraud"
	ReasonNotExported  = "not_exported" // it may not leave the country
)

// BuyerReasons are why a buyer calls something off.
var BuyerReasons = []string{ReasonChangedMind, ReasonMistake, ReasonFoundCheaper, ReasonTooLong}

// SellerReasons are why a seller calls something off.
var SellerReasons = []string{ReasonOutOfStock, ReasonDefect, ReasonCannotShip, ReasonBuyerAsked}

// AdminReasons are why the operator calls something off.
var AdminReasons = []string{ReasonBuyerAsked, ReasonCannotShip, ReasonFraud}

// ReturnReasons are why a parcel goes back.
var ReturnReasons = []string{ReasonRefused, ReasonNotCollected, ReasonUndelivered}

// move is one arrow of the state machine and who may draw it.
type move struct {
	from, to State
	actors   []Actor
}

var (
	hands     = []Actor{BySeller, ByAdmin}
	road      = []Actor{BySeller, ByCarrier, ByAdmin, BySystem}
	clock     = []Actor{BySystem}
	everybody = []Actor{ByBuyer, BySeller, ByAdmin, BySystem}
)

// moves is the whole machine; what is not here cannot happen.
var moves = []move{
	{AwaitingPayment, Confirmed, clock},
	{AwaitingPayment, Cancelled, []Actor{ByBuyer, ByAdmin, BySystem}},
	{Cancelled, Confirmed, clock}, // money after expiry: only when the stock could be held again
	{Confirmed, Assembling, hands},
	{Confirmed, Packed, hands},
	{Assembling, Packed, hands},
	{Packed, HandedOver, road}, // a carrier's own scan is as good as the seller's word
	{Confirmed, Cancelled, everybody},
	{Assembling, Cancelled, everybody},
	{Packed, Cancelled, everybody},
	// Abroad not every post scans every step, so that any of the later ones may be the next that is heard of.
	{HandedOver, ExportCustoms, road}, {HandedOver, LeftCountry, road}, {HandedOver, ImportCustoms, road},
	{ExportCustoms, LeftCountry, road}, {ExportCustoms, ImportCustoms, road}, {ExportCustoms, InTransit, road},
	{LeftCountry, ImportCustoms, road}, {LeftCountry, InTransit, road}, {LeftCountry, AtPickup, road},
	{LeftCountry, DeliveryAttempt, road}, {LeftCountry, Delivered, road},
	{ImportCustoms, InTransit, road}, {ImportCustoms, AtPickup, road}, {ImportCustoms, DeliveryAttempt, road},
	{ImportCustoms, Delivered, road},
	{HandedOver, InTransit, road},
	{HandedOver, AtPickup, road},
	{HandedOver, DeliveryAttempt, road},
	{InTransit, AtPickup, road},
	{InTransit, DeliveryAttempt, road},
	{DeliveryAttempt, AtPickup, road},
	{DeliveryAttempt, InTransit, road},
	{HandedOver, Delivered, road},
	{InTransit, Delivered, road},
	{AtPickup, Delivered, road},
	{DeliveryAttempt, Delivered, road},
	{Delivered, Closed, clock},
	{HandedOver, Lost, road}, {ExportCustoms, Lost, road}, {LeftCountry, Lost, road}, {ImportCustoms, Lost, road},
	{InTransit, Lost, road}, {AtPickup, Lost, road}, {DeliveryAttempt, Lost, road}, {Returning, Lost, road},
	{HandedOver, Damaged, road}, {InTransit, Damaged, road}, {AtPickup, Damaged, road}, {DeliveryAttempt, Damaged, road},
	{ExportCustoms, Returning, road}, {LeftCountry, Returning, road}, {ImportCustoms, Returning, road}, {HandedOver, Returning, road},
	{InTransit, Returning, road}, {AtPickup, Returning, road}, {DeliveryAttempt, Returning, road}, {Damaged, Returning, road},
	{Returning, ReturnedToSeller, road},
}

// May reports whether actor may move a parcel from one state to another.
func May(from, to State, actor Actor) bool {
	for _, m := range moves {
		if m.from == from && m.to == to {
			return slices.Contains(m.actors, actor)
		}
	}
	return false
}

// States lists every state, in the order of a parcel's life.
var States = []State{AwaitingPayment, Confirmed, Assembling, Packed, HandedOver, ExportCustoms, LeftCountry, ImportCustoms,
	InTransit, AtPickup, DeliveryAttempt, Delivered, Closed, Cancelled, Lost, Damaged, Returning, ReturnedToSeller}

// BeforeHandOver reports whether the goods are still with the seller and paid for.
func (s State) BeforeHandOver() bool { return s == Confirmed || s == Assembling || s == Packed }

// OnTheWay reports whether a carrier has the parcel.
func (s State) OnTheWay() bool {
	switch s {
	case HandedOver, ExportCustoms, LeftCountry, ImportCustoms, InTransit, AtPickup, DeliveryAttempt:
		return true
	}
	return false
}

// Done reports whether nothing more is to be waited for.
func (s State) Done() bool {
	switch s {
	case Delivered, Closed, Cancelled, Lost, Damaged, ReturnedToSeller:
		return true
	}
	return false
}

// Terms of the late clocks and of the return window.
const (
	confirmTerm  = 24 * time.Hour
	pickupTerm   = 7 * 24 * time.Hour
	attemptTerm  = 48 * time.Hour
	returnWindow = 30 * 24 * time.Hour
	backTerm     = 21 * 24 * time.Hour
)

// dueAt is the late clock of a state entered at now: when somebody should have moved the parcel on.
// shipBy and promised come from the delivery the buyer chose.
func dueAt(s State, now, shipBy, promised time.Time) *time.Time {
	var due time.Time
	switch s {
	case Confirmed:
		due = now.Add(confirmTerm)
	case Assembling, Packed:
		due = shipBy
	case AtPickup:
		due = now.Add(pickupTerm)
	case DeliveryAttempt:
		due = now.Add(attemptTerm)
	case Returning, Damaged:
		due = now.Add(backTerm)
	case Delivered:
		due = now.Add(returnWindow)
	default:
		if !s.OnTheWay() {
			return nil
		}
		due = promised
	}
	return &due
}

// Standing is what a purchase or an order amounts to, derived from its parcels.
type Standing string

// Standings, from what still needs work to what is over.
const (
	StandsUnpaid    Standing = "unpaid"
	StandsNew       Standing = "new"
	StandsWorking   Standing = "working"
	StandsOnWay     Standing = "on_way"
	StandsPartly    Standing = "partly_delivered"
	StandsDelivered Standing = "delivered"
	StandsCancelled Standing = "cancelled"
	StandsExpired   Standing = "expired"
	StandsTrouble   Standing = "trouble"
)

// StandingOf derives the state of a parent from its parcels: never a column, so it cannot contradict them.
func StandingOf(states []State) Standing {
	var unpaid, fresh, working, way, delivered, cancelled, trouble int
	for _, s := range states {
		switch {
		case s == AwaitingPayment:
			unpaid++
		case s == Confirmed:
			fresh++
		case s == Assembling || s == Packed:
			working++
		case s.OnTheWay():
			way++
		case s == Delivered || s == Closed:
			delivered++
		case s == Cancelled:
			cancelled++
		default:
			trouble++
		}
	}
	live := len(states) - cancelled
	switch {
	case live == 0:
		return StandsCancelled
	case unpaid > 0:
		return StandsUnpaid
	case trouble > 0:
		return StandsTrouble
	case delivered == live:
		return StandsDelivered
	case delivered > 0:
		return StandsPartly
	case way > 0:
		return StandsOnWay
	case working > 0:
		return StandsWorking
	}
	return StandsNew
}
