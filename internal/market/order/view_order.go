package order

import (
	"slices"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// voice writes values in the reader's language.
type voice struct {
	Lang i18n.Lang
	Now  time.Time
	Far  bool // the reader is abroad: times say whose they are
}

func (v voice) t(key string, args ...any) string { return i18n.In(v.Lang, key, args...) }

func (v voice) n(key string, n int, args ...any) string {
	return i18n.NIn(v.Lang, key, int64(n), args...)
}

func (v voice) sum(a money.Amount, cur money.Currency) string { return money.Format(v.Lang, a, cur) }

func (v voice) at(t time.Time) string {
	return checkout.Zoned(v.Lang, i18n.DateTime(v.Lang, t, v.Now), v.Far)
}

func (v voice) state(s State) string { return v.t("order.state." + string(s)) }

// badge is a parcel's state as a word, a tint and an icon.
func (v voice) badge(s State) ui.Tag {
	kind, icon := ui.Info, "package"
	switch {
	case s == AwaitingPayment:
		kind, icon = ui.Warn, "clock"
	case s == Delivered || s == Closed:
		kind, icon = ui.OK, "check"
	case s == Cancelled:
		kind, icon = "", "x"
	case s == Lost || s == Damaged || s == Returning || s == ReturnedToSeller:
		kind, icon = ui.Bad, "alert"
	case s.OnTheWay():
		kind, icon = ui.OK, "truck"
	}
	return ui.Tag{Label: v.state(s), Kind: kind, Icon: icon}
}

// standing is a purchase's or order's state as a badge.
func (v voice) standing(s Standing) ui.Tag {
	kind := map[Standing]string{StandsUnpaid: ui.Warn, StandsNew: ui.Info, StandsWorking: ui.Info, StandsOnWay: ui.OK,
		StandsPartly: ui.OK, StandsDelivered: ui.OK, StandsTrouble: ui.Bad}[s]
	return ui.Tag{Label: v.t("order.standing." + string(s)), Kind: kind}
}

// timeline tells a parcel's life: what happened, where it is, what is still to come.
func (v voice) timeline(d Dossier, o Order, p Parcel) []ui.Event {
	var list []ui.Event
	events := d.EventsOf(p.ID)
	for i, e := range events {
		step := ui.Event{Label: v.state(e.ToState), Note: v.eventNote(e), State: ui.Done}
		switch {
		case e.ToState == AwaitingPayment && i < len(events)-1:
			step.Label = v.t("order.placed_step")
		case e.ToState == Cancelled || e.ToState == Lost || e.ToState == Damaged:
			step.State = ui.Fail
		case i == len(events)-1 && !p.State.Done():
			step.State = ui.Here
		}
		list = append(list, step)
	}
	for _, s := range ahead(p.State, o.Method.Kind) {
		if inUnion := o.Method.Abroad != nil && o.Method.Abroad.Union; inUnion && (s == ExportCustoms || s == ImportCustoms) {
			continue // no customs border lies in between
		}
		step := ui.Event{Label: v.state(s), State: ui.Ahead}
		switch s {
		case HandedOver:
			step.Note = v.t("order.until", "day", i18n.NearDate(v.Lang, o.Method.ShipBy, v.Now))
		case Delivered:
			step.Note = v.expected(o)
		}
		list = append(list, step)
	}
	return list
}

// eventNote says when, by whom and why.
func (v voice) eventNote(e Event) string {
	note := v.at(e.At)
	if e.Actor != BySystem && e.ToState != AwaitingPayment {
		note += ", " + v.t("order.actor."+string(e.Actor))
	}
	if e.Reason != "" && e.Reason != ReasonPaid {
		note += ": " + v.t("order.reason."+e.Reason)
	}
	if e.Note != "" {
		note += ". " + e.Note
	}
	return note
}

// ahead lists the ordinary steps that are still to come.
func ahead(s State, kind shipping.Kind) []State {
	road := []State{AwaitingPayment, Confirmed, Packed, HandedOver, InTransit, AtPickup, Delivered}
	switch {
	case kind == shipping.Abroad:
		road = []State{AwaitingPayment, Confirmed, Packed, HandedOver, ExportCustoms, LeftCountry, ImportCustoms, Delivered}
		return road[min(len(road), abroadRank[s]):]
	case kind == shipping.Own:
		road = []State{AwaitingPayment, Confirmed, Packed, HandedOver, Delivered}
	case kind == shipping.Courier:
		road = []State{AwaitingPayment, Confirmed, Packed, HandedOver, InTransit, Delivered}
	}
	rank := map[State]int{AwaitingPayment: 0, Confirmed: 1, Assembling: 1, Packed: 2, HandedOver: 3, ExportCustoms: 3,
		LeftCountry: 3, ImportCustoms: 3, InTransit: 4, AtPickup: 5, DeliveryAttempt: 5}
	here, moving := rank[s]
	if !moving {
		return nil
	}
	return pick(road, func(next State) bool { return next == Delivered || rank[next] > here })
}

// abroadRank is the step of the foreign road that comes next; what is over has none.
var abroadRank = map[State]int{AwaitingPayment: 1, Confirmed: 2, Assembling: 2, Packed: 3, HandedOver: 4, ExportCustoms: 5, LeftCountry: 6,
	ImportCustoms: 7, InTransit: 7, AtPickup: 7, DeliveryAttempt: 7, Delivered: 8, Closed: 8, Cancelled: 8, Lost: 8, Damaged: 8, Returning: 8,
	ReturnedToSeller: 8}

// expected says when an order should arrive.
func (v voice) expected(o Order) string {
	return checkout.Between(v.Lang, o.Method.From, o.Method.To, v.Now)
}

// shopName is the seller of an order with the city they send from.
func (v orderView) shopName(o Order) string {
	s := v.Sellers[o.SellerID]
	if s.City != "" {
		return s.Name + ", " + s.City
	}
	return s.Name
}

func (v voice) way(o Order) string {
	if o.Method.Abroad != nil {
		return o.Method.Abroad.Name(v.Lang)
	}
	return checkout.WayName(v.Lang, o.Method.Name, o.Method.Kind)
}

// facts are what is known of a parcel's delivery; agreed is what whoever looks is told of the way abroad.
func (v voice) facts(o Order, p Parcel, agreed []ui.Pair) []ui.Pair {
	pairs := []ui.Pair{{Key: v.t("order.way"), Value: v.way(o)}}
	if pt := o.Method.Point; pt != nil {
		pairs = append(pairs, ui.Pair{Key: v.t("order.point"), Value: pt.City.In(v.Lang) + ", " + pt.Address.In(v.Lang) + ", " + pt.Hours})
	}
	pairs = append(pairs, agreed...)
	if p.Carrier != "" {
		pairs = append(pairs, ui.Pair{Key: v.t("order.carrier"), Value: p.Carrier})
	}
	if p.Tracking != "" {
		pairs = append(pairs, ui.Pair{Key: v.t("order.tracking"), Value: p.Tracking})
	}
	if p.Boxes > 1 {
		pairs = append(pairs, ui.Pair{Key: v.t("order.boxes"), Value: strconv.Itoa(p.Boxes)})
	}
	return pairs
}

// lineText names a line with its variant.
func (v voice) lineText(l Line) string {
	if o := l.Options(v.Lang); o != "" {
		return l.Title(v.Lang) + ", " + o
	}
	return l.Title(v.Lang)
}

// orderView is what an order page prints, for the buyer and for the operator.
type orderView struct {
	voice
	Dossier
	Account
	Errs     ui.Errs
	Payment  payment.Payment
	Methods  []payment.Method
	HasMoney bool // Payment is known
	Admin    bool
	Guest    bool
}

// cancelNote says what was called off and what became of the money: given back, on its way, or stuck.
func (v voice) cancelNote(c Cancellation, a Account) string {
	key := "order.cancelled_part.coming"
	switch r, ok := a.refundOf(c); {
	case !ok || r.State == payment.RefundSucceeded:
		key = "order.cancelled_part"
	case r.State == payment.RefundFailed:
		key = "order.cancelled_part.failed"
	}
	return v.t(key, "at", v.at(c.At), "who", v.t("order.actor."+string(c.Actor)), "reason", v.t("order.reason."+c.Reason), "sum", v.sum(c.Amount, c.Currency))
}

// paidLate reports whether the money came after the time to pay, and the goods were still there.
func (v orderView) paidLate() bool {
	return v.Purchase.PaidAt != nil && slices.ContainsFunc(v.Events, func(e Event) bool { return e.Reason == ReasonPaidLate })
}

// failed reports whether the last attempt to pay ended without money.
func (v orderView) failed() bool { return v.HasMoney && v.Payment.State.Ended() }

// checking reports whether money is under way or here, and the provider or one of us still looks at it.
func (v orderView) checking() bool {
	return v.HasMoney && slices.Contains([]payment.State{payment.Processing, payment.Authorized, payment.Held}, v.Payment.State)
}

// checkingText says who looks at the money and that there is nothing to do.
func (v orderView) checkingText() string {
	if v.Payment.State == payment.Held {
		return v.t("order.note.held")
	}
	return v.t("order.note.processing")
}

// unpaidNote says until when the goods are kept and what paying does; nothing while we look at money that came.
func (v orderView) unpaidNote() string {
	if v.HasMoney && v.Payment.State == payment.Held {
		return ""
	}
	return v.t("order.note.unpaid", "until", v.at(v.Purchase.PayBy))
}

// payLabel is what the button that pays says.
func (v orderView) payLabel() string {
	return v.t("order.checkout.pay", "sum", v.sum(v.Purchase.Total, v.Purchase.Currency))
}

// number of a parcel among all of the purchase, and how many there are.
func (v orderView) place(p Parcel) (n, of int) {
	for i, x := range v.Parcels {
		if x.ID == p.ID {
			n = i + 1
		}
	}
	return n, len(v.Parcels)
}

// headline says what is true now.
func (v orderView) headline() string {
	s := v.Standing()
	n := 0
	for _, p := range v.Parcels {
		if p.State.OnTheWay() {
			n++
		}
	}
	switch {
	case s == StandsUnpaid && v.checking():
		return v.t("order.now.checking")
	case s == StandsUnpaid && v.failed():
		return v.t("order.now.failed", "until", v.at(v.Purchase.PayBy))
	case s == StandsUnpaid:
		return v.t("order.now.unpaid", "until", v.at(v.Purchase.PayBy))
	case (s == StandsOnWay || s == StandsPartly) && n > 0:
		return v.n("order.now.on_way", n)
	}
	return v.t("order.now." + string(s))
}

// parcelTitle is the head of a parcel's panel: which one and when.
func (v orderView) parcelTitle(o Order, p Parcel) string {
	n, of := v.place(p)
	title := v.t("order.parcel", "n", n)
	if of > 1 {
		title = v.t("order.parcel_of", "n", n, "of", of)
	}
	switch {
	case p.State.Done() || p.State == Returning:
		return title + " · " + v.at(p.Since)
	case p.State == AwaitingPayment:
		return title
	}
	return title + " · " + v.expected(o)
}

// left lists the lines of an order that can still be called off.
func (v orderView) left(o Order) []Line {
	open := map[int64]bool{}
	for _, p := range v.ParcelsOf(o.ID) {
		if p.State.BeforeHandOver() {
			for _, x := range v.InParcel(p.ID) {
				open[x.OrderLineID] = true
			}
		}
	}
	return pick(v.LinesOf(o.ID), func(l Line) bool { return open[l.ID] && l.Left() > 0 })
}

func (v orderView) refunded() money.Amount {
	var sum money.Amount
	for _, o := range v.Orders {
		sum += o.Refunded
	}
	return sum
}

// sums is the money of the purchase.
func (v orderView) sums() []ui.Pair {
	p := v.Purchase
	pairs := []ui.Pair{{Key: v.t("order.goods"), Value: v.sum(p.Goods, p.Currency)}, {Key: v.t("order.delivery"), Value: v.sum(p.Delivery, p.Currency)}}
	if p.Discount > 0 {
		pairs = append(pairs, ui.Pair{Key: v.t("order.discount"), Value: v.sum(-p.Discount, p.Currency)})
	}
	if r := v.refunded(); r > 0 {
		pairs = append(pairs, ui.Pair{Key: v.t("order.refunded"), Value: v.sum(-r, p.Currency)})
	}
	key := "order.total"
	if p.PaidAt != nil {
		key = "order.paid"
	}
	return append(pairs, ui.Pair{Key: v.t(key), Value: v.sum(p.Total-v.refunded(), p.Currency), Total: true})
}

func (v orderView) reasons(list []string) []ui.Option {
	options := make([]ui.Option, len(list))
	for i, r := range list {
		options[i] = ui.Option{Value: r, Label: v.t("order.reason." + r)}
	}
	return options
}

// cancelReasons are those of whoever looks.
func (v orderView) cancelReasons() []string {
	if v.Admin {
		return AdminReasons
	}
	return BuyerReasons
}

// base is the address the page's forms post under.
func (v orderView) base() string {
	if v.Admin {
		return "/admin/orders/" + v.Purchase.Number
	}
	return "/orders/" + v.Purchase.Number
}

// listView is a buyer's list of orders.
type listView struct {
	Lang  i18n.Lang
	Now   time.Time
	Page  paging.Page[Row]
	Pile  Pile
	Guest bool
	Far   bool
}

func (v listView) tabs() []ui.Tab {
	list := make([]ui.Tab, len(piles))
	for i, p := range piles {
		list[i] = ui.Tab{Label: v.voice().t("order.pile." + orText(string(p), "all")), Href: web.PathIn(v.Lang, "/orders?show="+string(p)), Current: p == v.Pile}
	}
	return list
}

// headline counts the orders on this page that are still to come.
func (v listView) headline() string {
	n := 0
	for _, r := range v.Page.Items {
		switch r.Standing() {
		case StandsNew, StandsWorking, StandsOnWay, StandsPartly, StandsTrouble:
			n++
		}
	}
	if n == 0 || v.Pile == PileDone {
		return v.voice().t("order.list.title")
	}
	return v.voice().n("order.list.awaited", n)
}

func (v listView) voice() voice { return voice{v.Lang, v.Now, v.Far} }

// rowGoods names what is in a row of a list.
func (v voice) rowGoods(r Row) string {
	if r.Lines > 1 {
		return v.n("order.row.more", r.Lines-1, "what", r.Title(v.Lang))
	}
	return r.Title(v.Lang)
}

func (v orderView) payChoices() ui.Choices {
	c := ui.Choices{Name: "payment", Legend: v.t("order.checkout.payment_legend"), Card: true, Value: v.Payment.Provider, HideLegend: true}
	for _, m := range v.Methods {
		c.Options = append(c.Options, ui.Choice{Value: m.Code, Label: v.t(m.TitleKey), Hint: v.t(m.HintKey)})
	}
	return c
}
