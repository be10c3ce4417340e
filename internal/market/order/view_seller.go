package order

import (
	"strconv"

	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

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

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
