package order

import (
	"context"
	"strconv"
	"time"

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

// figures compare the period with the time before.
func (v todayView) figures() []ui.Figure {
	sumNow, ordersNow := totals(v.Sold)
	sumPast, ordersPast := totals(v.Before)
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

func (v todayView) figure(key, value string, now, past int64) ui.Figure {
	f := ui.Figure{Label: v.t(key), Value: value}
	switch {
	case past == 0:
		return f
	case now >= past:
		f.Trend, f.Note = "up", v.t(v.Period.Up, "n", i18n.Percent(v.Lang, int((now-past)*100/past)), "days", v.Period.Days)
	default:
		f.Trend, f.Note = "dn", v.t(v.Period.Down, "n", i18n.Percent(v.Lang, int((past-now)*100/past)), "days", v.Period.Days)
	}
	return f
}

// about says a message of the period.
func (v todayView) about(key string) string { return v.t(key, "days", v.Period.Days) }

// periods are links to the same page over another time; they lead back to where one was on it.
func (v todayView) periods() []ui.Filter {
	list := make([]ui.Filter, len(periods))
	for i, p := range periods {
		list[i] = ui.Filter{Label: v.t(p.Label, "days", p.Days), On: p.Days == v.Period.Days,
			Href: web.PathIn(v.Lang, "/seller?days="+strconv.Itoa(p.Days)+"#sales")}
	}
	return list
}

// chart draws the period, the time before as a dotted line.
func (v todayView) chart() ui.Chart {
	c := ui.Chart{ID: "sales-chart", Title: v.about(v.Period.Chart), Now: points(v.Sold),
		Axis: func(kop int64) string { return i18n.Number(v.Lang, kop/100) }}
	if sum, _ := totals(v.Before); sum > 0 {
		c.Past = points(v.Before)
	}
	var top sold
	for i, s := range v.Sold {
		if s.Sum > top.Sum {
			top = s
		}
		if i%v.Period.Mark == 0 {
			c.Now[i].Label = i18n.Date(v.Lang, s.From, v.Now)
		}
	}
	c.High = v.sum(top.Sum, money.RUB)
	if top.Sum > 0 {
		c.Desc = v.t("order.sales.most", "sum", c.High, "when", v.span(top))
	}
	return c
}

func points(list []sold) []ui.Point {
	at := make([]ui.Point, len(list))
	for i, s := range list {
		at[i] = ui.Point{At: float64(i) / float64(len(list)-1), Value: int64(s.Sum)}
	}
	return at
}

// span writes the days of a point: "23 ноября", "17–23 ноября", "24 ноября 2025 – 1 декабря 2025".
func (v todayView) span(s sold) string {
	last := i18n.Date(v.Lang, s.To, v.Now)
	switch {
	case s.From.Equal(s.To):
		return last
	case s.From.Month() == s.To.Month():
		return strconv.Itoa(s.From.Day()) + "–" + last
	}
	return v.t("order.between", "from", i18n.Date(v.Lang, s.From, v.Now), "to", last)
}

// salesTable says what the chart draws.
func (v todayView) salesTable() ui.Grid {
	g := ui.Grid{Caption: v.about(v.Period.Chart), TestID: "sales", Head: []ui.Col{{Title: v.t("order.sales.day")}, {Title: v.t("order.sales.orders"), Right: true, Label: true},
		{Title: v.t("order.sales.sum"), Right: true, Label: true}}}
	for _, s := range v.Sold {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{ui.Text(v.span(s)), ui.Text(strconv.Itoa(s.Orders)), ui.Text(v.sum(s.Sum, money.RUB))}})
	}
	return g
}

// work heads the orders to work on; how many there are was counted for the navigation.
func (v todayView) work(ctx context.Context) string {
	n := web.ShellFrom(ctx).WaitingAt("/seller/orders")
	if n == 0 {
		return v.t("order.today.work")
	}
	return v.t("order.today.work_n", "n", i18n.Number(v.Lang, int64(n)))
}

// day names the day with a capital letter: "Суббота, 21 ноября".
func (v todayView) day() string {
	return i18n.Capital(i18n.Weekday(v.Lang, v.Now)) + ", " + i18n.Date(v.Lang, v.Now, v.Now)
}
