package order

import (
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// todo lists what a seller should do today, the hottest first.
func (v todayView) todo() []ui.Todo {
	var list []ui.Todo
	for _, s := range []State{Confirmed, Assembling, Packed, AtPickup, Returning} {
		c := v.Counts[s]
		if c.N == 0 {
			continue
		}
		q := QueueWork
		switch s {
		case Confirmed:
			q = QueueNew
		case AtPickup, Returning:
			q = QueueWay
		}
		t := ui.Todo{Count: strconv.Itoa(c.N), Title: v.t("order.todo." + string(s)), Href: web.PathIn(v.Lang, "/seller/orders?queue="+string(q)), Hot: c.Late > 0 || c.Due != nil && q != QueueWay && c.Due.Before(v.Now.Add(soon))}
		switch {
		case c.Late > 0:
			t.Note = v.n("order.todo.late", c.Late)
		case c.Due != nil:
			t.Note = v.t("order.todo.until", "at", v.at(*c.Due))
		}
		list = append(list, t)
	}
	return list
}

// soon is how near an end of a term has to be to stand out.
const soon = 24 * time.Hour

// todoCount says how many parcels there is something to do about.
func (v todayView) todoCount() string {
	n := 0
	for _, s := range []State{Confirmed, Assembling, Packed} {
		n += v.Counts[s].N
	}
	if n == 0 {
		return ""
	}
	return v.n("order.todo.count", n)
}

// firstSteps are what a shop that sells nothing yet does first; none for one that does, or for who only packs.
func (v todayView) firstSteps() []ui.Todo {
	if v.Shop.Goods || !v.Manages {
		return nil
	}
	list := []ui.Todo{
		{Title: v.t("order.first.goods"), Note: v.t("order.first.goods_note"), Href: web.PathIn(v.Lang, "/seller/listings/new"), Hot: true},
		{Title: v.t("order.first.prices"), Note: v.t("order.first.prices_note"), Href: web.PathIn(v.Lang, "/seller/imports")},
	}
	if !v.Shop.Ways {
		list = append(list, ui.Todo{Title: v.t("order.first.delivery"), Note: v.t("order.first.delivery_note"), Href: web.PathIn(v.Lang, "/seller/shipping")})
	}
	list = append(list, ui.Todo{Title: v.t("order.first.shop"), Note: v.t("order.first.shop_note"), Href: web.PathIn(v.Lang, "/seller/shop")})
	for i := range list {
		list[i].Count = strconv.Itoa(i + 1)
	}
	return list
}

// fresh reports whether the shop has neither goods nor orders: there is nothing to count or to work on.
func (v todayView) fresh() bool {
	return len(v.firstSteps()) > 0 && len(v.Counts) == 0 && len(v.Days) == 0
}

// figures compare the last fortnight with the one before.
func (v todayView) figures() []ui.Figure {
	now, past := v.fortnight()
	sumNow, ordersNow := totals(now)
	sumPast, ordersPast := totals(past)
	mean := money.Amount(0)
	if ordersNow > 0 {
		mean = (sumNow/money.Amount(ordersNow) + 50) / 100 * 100 // to the rouble: a mean is no bill
	}
	meanPast := money.Amount(0)
	if ordersPast > 0 {
		meanPast = sumPast / money.Amount(ordersPast)
	}
	return []ui.Figure{
		v.figure("order.sales.sum", v.sum(sumNow, money.RUB), int64(sumNow), int64(sumPast)),
		v.figure("order.sales.orders", strconv.Itoa(ordersNow), int64(ordersNow), int64(ordersPast)),
		v.figure("order.sales.mean", v.sum(mean, money.RUB), int64(mean), int64(meanPast)),
	}
}

func totals(days []DaySales) (sum money.Amount, orders int) {
	for _, d := range days {
		sum, orders = sum+d.Sum, orders+d.Orders
	}
	return sum, orders
}

func (v todayView) figure(key, value string, now, past int64) ui.Figure {
	f := ui.Figure{Label: v.t(key), Value: value}
	switch {
	case past == 0:
		return f
	case now >= past:
		f.Trend, f.Note = "up", v.t("order.sales.up", "n", i18n.Percent(v.Lang, int((now-past)*100/past)))
	default:
		f.Trend, f.Note = "dn", v.t("order.sales.down", "n", i18n.Percent(v.Lang, int((past-now)*100/past)))
	}
	return f
}

// chart draws the fortnight, the one before as a dotted line.
func (v todayView) chart() ui.Chart {
	now, past := v.fortnight()
	c := ui.Chart{ID: "sales-chart", Title: v.t("order.sales.chart"), Now: points(now),
		Axis: func(kop int64) string { return i18n.Number(v.Lang, kop/100) }}
	if sum, _ := totals(past); sum > 0 {
		c.Past = points(past)
	}
	var top money.Amount
	for i, d := range now {
		top = max(top, d.Sum)
		if i%4 == 0 {
			c.Now[i].Label = i18n.Date(v.Lang, d.Day, v.Now)
		}
	}
	c.High = v.sum(top, money.RUB)
	return c
}

func points(days []DaySales) []ui.Point {
	list := make([]ui.Point, len(days))
	for i, d := range days {
		list[i] = ui.Point{At: float64(i) / float64(len(days)-1), Value: int64(d.Sum)}
	}
	return list
}

// orderTable lists orders for people who work on them.
func (v voice) orderTable(rows []Row, base, caption string, withSellers bool) ui.Grid {
	where := v.t("order.table.where")
	if withSellers {
		where = v.t("order.table.sellers")
	}
	g := ui.Grid{Caption: caption, TestID: "orders", Head: []ui.Col{{Title: v.t("order.table.order")}, {Title: v.t("order.table.what"), Wide: true},
		{Title: where, Label: true}, {Title: v.t("order.table.state")}, {Title: v.t("order.table.sum"), Right: true}}}
	for _, r := range rows {
		first := ui.Cell{Text: r.Number, Href: web.PathIn(v.Lang, base+r.Number), Under: v.clockNote(r)}
		place := r.Recipient.City
		if withSellers {
			place = r.Sellers
		}
		g.Rows = append(g.Rows, ui.Row{TestID: "order-row", Cells: []ui.Cell{first, ui.Node(goodsCell(r.Image, v.rowGoods(r))), ui.Text(place),
			ui.Node(ui.Badge(v.rowBadge(r))), {Text: v.sum(r.Total-r.Refunded, r.Currency), Bold: true}}})
	}
	return g
}

// clockNote says what the clock of an order says.
func (v voice) clockNote(r Row) string {
	switch {
	case r.DueAt == nil:
		return v.at(r.PlacedAt)
	case v.Now.After(*r.DueAt):
		return v.t("order.late_since", "at", v.at(*r.DueAt))
	}
	return v.t("order.until", "day", v.at(*r.DueAt))
}

// rowBadge is the state of the only parcel, or what several amount to.
func (v voice) rowBadge(r Row) ui.Tag {
	if len(r.States) == 1 {
		return v.badge(r.States[0])
	}
	return v.standing(r.Standing())
}

// tabs are a seller's queues with how many wait in each.
// headline says what waits for the seller now.
func (v queueView) headline() string {
	n := 0
	for _, s := range QueueNew.states() {
		n += v.Counts[s].N
	}
	if n == 0 {
		return v.t("order.queue.calm")
	}
	return v.n("order.queue.waiting", n)
}

func (v queueView) tabs() []ui.Tab {
	var list []ui.Tab
	for _, q := range Queues {
		t := ui.Tab{Label: v.t("order.queue." + string(q)), Href: web.PathIn(v.Lang, "/seller/orders?queue="+string(q)), Current: q == v.Queue}
		if q != QueueAll && q != QueueDone {
			n := 0
			for _, s := range q.states() {
				n += v.Counts[s].N
			}
			t.Count = strconv.Itoa(n)
		}
		list = append(list, t)
	}
	return list
}

// next lists where a seller may take a parcel from here, hand-over and packing apart: they have
// forms of their own.
func (v sellerOrderView) next(p Parcel) []ui.Option {
	var list []ui.Option
	for _, s := range States {
		switch {
		case !May(p.State, s, BySeller), s == Cancelled, s == Packed, s == HandedOver, s == Assembling:
			continue
		case s == ExportCustoms || s == LeftCountry || s == ImportCustoms:
			continue // come with export
		case s == AtPickup && v.Order.Method.Kind != shipping.Pickup && v.Order.Method.Kind != shipping.Post:
			continue
		}
		list = append(list, ui.Option{Value: string(s), Label: v.state(s)})
	}
	return list
}

// packKind outlines packing while taking the order up is the first thing to do, and fills it after.
func (v sellerOrderView) packKind(p Parcel) string {
	if v.may(p, Assembling) {
		return ui.Outline
	}
	return ""
}

func (v sellerOrderView) may(p Parcel, to State) bool { return May(p.State, to, BySeller) }

func (v sellerOrderView) typed(p Parcel, name string) string {
	if v.Parcel == p.Seq {
		return v.Typed[name]
	}
	return ""
}

func (v sellerOrderView) err(p Parcel, name string) string {
	if v.Parcel == p.Seq {
		return v.Errs.Of(name)
	}
	return ""
}

func (v sellerOrderView) base(p Parcel) string {
	return web.PathIn(v.Lang, "/seller/orders/"+v.Order.Number+"/parcels/"+strconv.Itoa(p.Seq))
}

func (v sellerOrderView) own() bool { return v.Order.Method.Kind == shipping.Own }

// left lists lines that can still be called off.
func (v sellerOrderView) left() []Line { return orderView{Dossier: v.Dossier}.left(v.Order) }

// several reports whether a parcel has more than one unit, so that it can be split.
func (v sellerOrderView) several(p Parcel) bool {
	n := 0
	for _, x := range v.InParcel(p.ID) {
		n += x.Qty
	}
	return n > 1
}

// sums is the money of the seller's order.
func (v sellerOrderView) sums() []ui.Pair {
	o := v.Order
	pairs := []ui.Pair{{Key: v.t("order.goods"), Value: v.sum(o.Goods, o.Currency)}, {Key: v.t("order.delivery"), Value: v.sum(o.Delivery, o.Currency)}}
	if o.Refunded > 0 {
		pairs = append(pairs, ui.Pair{Key: v.t("order.refunded"), Value: v.sum(-o.Refunded, o.Currency)})
	}
	key := "order.total"
	if o.PaidAt != nil {
		key = "order.paid"
	}
	return append(pairs, ui.Pair{Key: v.t(key), Value: v.sum(o.Total-o.Refunded, o.Currency), Total: true})
}

// slipTable lists what to put into a parcel.
func (v sellerOrderView) slipTable(p Parcel) ui.Grid {
	g := ui.Grid{Caption: v.t("order.parcel", "n", p.Seq), Head: []ui.Col{{Title: v.t("order.table.what")}, {Title: v.t("order.table.sku"), Label: true},
		{Title: v.t("order.pdf.qty"), Right: true, Label: true}}}
	for _, x := range v.InParcel(p.ID) {
		if l, ok := v.Line(x.OrderLineID); ok {
			g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{ui.Text(v.lineText(l)), ui.Text(l.SKU), ui.Text(strconv.Itoa(x.Qty))}})
		}
	}
	return g
}

// salesTable says what the chart draws.
func (v todayView) salesTable() ui.Grid {
	g := ui.Grid{Caption: v.t("order.sales.chart"), Head: []ui.Col{{Title: v.t("order.sales.day")}, {Title: v.t("order.sales.orders"), Right: true, Label: true},
		{Title: v.t("order.sales.sum"), Right: true, Label: true}}}
	now, _ := v.fortnight()
	for _, d := range now {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{ui.Text(i18n.Date(v.Lang, d.Day, v.Now)), ui.Text(strconv.Itoa(d.Orders)), ui.Text(v.sum(d.Sum, money.RUB))}})
	}
	return g
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// day names the day with a capital letter: "Суббота, 21 ноября".
func (v todayView) day() string {
	return i18n.Capital(i18n.Weekday(v.Lang, v.Now)) + ", " + i18n.Date(v.Lang, v.Now, v.Now)
}
