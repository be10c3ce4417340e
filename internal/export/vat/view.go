package vat

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// registerView is the page of one quarter.
type registerView struct {
	Register
	Lang  i18n.Lang
	Now   time.Time
	After int // the page begins after the row of this number
	Hub   string
	Nav   []web.NavItem
	Tabs  templ.Component
	Errs  ui.Errs
}

func (v registerView) t(key string, args ...any) string { return i18n.In(v.Lang, "vat."+key, args...) }

func (v registerView) n(key string, n int, args ...any) string {
	return i18n.NIn(v.Lang, "vat."+key, int64(n), args...)
}

func (v registerView) rub(a money.Amount) string { return money.Format(v.Lang, a, money.RUB) }

func (v registerView) day(t time.Time) string { return day(v.Lang, t, v.Now) }

func (v registerView) moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return i18n.Date(v.Lang, *t, v.Now)
}

// name of a quarter: 4 квартал 2026.
func (v registerView) name(q Quarter) string {
	return v.t("quarter", "n", q.N, "year", strconv.Itoa(q.Year))
}

// headline says what is true of the quarter.
func (v registerView) headline() string {
	if v.Total.Rows == 0 {
		return v.t("headline.empty", "quarter", v.name(v.Quarter))
	}
	return v.n("headline", v.Total.Rows, "sum", v.rub(v.Total.Sum()))
}

// shownQuarters bounds the strip of quarters.
const shownQuarters = 8

func (v registerView) quarters(ctx context.Context) []ui.Filter {
	var list []ui.Filter
	for _, t := range v.Quarters {
		if len(list) < shownQuarters || t.Quarter == v.Quarter {
			list = append(list, ui.Filter{Label: v.name(t.Quarter), Href: web.Path(ctx, pagePath) + "?quarter=" + t.Quarter.String(), On: t.Quarter == v.Quarter})
		}
	}
	return list
}

// over reports whether the quarter is over and can be filed.
func (v registerView) over() bool { return !moscowDay(v.Now).Before(v.Quarter.End()) }

// badge is the state of a row's days.
func (v registerView) badge(c Countdown) ui.Tag {
	switch c.Standing {
	case Filed:
		return ui.Tag{Label: v.t("badge.filed"), Kind: ui.OK, Icon: "okc"}
	case Open:
		return ui.Tag{Label: v.n("badge.left", c.Left)}
	case Soon:
		return ui.Tag{Label: v.n("badge.left", c.Left), Kind: ui.Warn, Icon: "clock"}
	case Late:
		return ui.Tag{Label: v.t("badge.late"), Kind: ui.Bad, Icon: "alert"}
	}
	return ui.Tag{Label: v.t("badge.unknown")}
}

// until is the last day under a badge.
func (v registerView) until(c Countdown) string {
	if c.Until.IsZero() {
		return ""
	}
	return v.t("until", "day", v.day(c.Until))
}

// way is the life of a parcel, in its order: paid, cleared, departed, and the rate of its
// shipment.
func (v registerView) way(r Row) []string {
	parts := []string{v.t("way.paid", "day", v.day(r.PaidOn)), v.t("way.released", "day", v.day(r.ReleasedOn)), v.t("way.departed", "day", v.day(r.DepartedOn))}
	if r.Currency != money.RUB {
		parts = append(parts, v.t("rate", "rate", v.rate(r), "day", v.day(r.RateDay)))
	}
	if r.Kind == Reversal {
		parts = append(parts, v.t("way.reversal", "n", *r.Reverses))
	}
	return parts
}

func (v registerView) country(code string) string { return oksm.Name(v.Lang, code) }

func (v registerView) parcel(ctx context.Context, number string) string {
	return web.Path(ctx, "/seller/export/parcels/"+number)
}

// rows is the register as a table.
func (v registerView) rows(ctx context.Context) ui.Grid {
	g := ui.Grid{Caption: v.headline(), TestID: "register", Head: []ui.Col{{Title: v.t("head.row")}, {Title: v.t("head.way"), Wide: true},
		{Title: v.t("head.registration"), Label: true, Wide: true}, {Title: v.t("head.term"), Label: true}, {Title: v.t("head.sum"), Right: true}}}
	for _, c := range v.Rows {
		g.Rows = append(g.Rows, ui.Row{TestID: "row", Cells: []ui.Cell{{Node: rowCell(v, c.Row, v.parcel(ctx, c.Parcel))}, {Node: wayCell(v, c.Row)},
			{Node: registrationCell(c.Row)}, {Node: termCell(v, c.Countdown, c.Kind)}, {Node: sumCell(v, c.Row)}}})
	}
	return g
}

func (v registerView) rate(r Row) string {
	text := rateText(r.Rate)
	if v.Lang == i18n.RU {
		text = strings.Replace(text, ".", ",", 1)
	}
	if r.RateNominal != 1 {
		text += " / " + strconv.FormatInt(r.RateNominal, 10)
	}
	return text
}

// soonest are the days of the parcel that has the fewest, of those not filed.
func (v registerView) soonest() (Countdown, bool) {
	var least Countdown
	found := false
	look := func(c Countdown) {
		if c.Standing != Filed && c.Standing != Unknown && (!found || c.Left < least.Left) {
			least, found = c, true
		}
	}
	for _, c := range v.Rows {
		if c.Kind == Entry {
			look(c.Countdown)
		}
	}
	for _, d := range v.Waiting {
		look(d.Countdown)
	}
	return least, found
}

// urgent are the parcels without a row whose days run out.
func (v registerView) urgent() int {
	n := 0
	for _, d := range v.Waiting {
		if d.Countdown.Standing == Soon || d.Countdown.Standing == Late {
			n++
		}
	}
	return n
}

func (v registerView) next(ctx context.Context) ui.Pages {
	p := ui.Pages{}
	base := web.Path(ctx, pagePath) + "?quarter=" + v.Quarter.String()
	if v.After > 0 {
		p.First = base
	}
	if v.Next > 0 {
		p.Next = base + "&after=" + strconv.Itoa(v.Next)
	}
	return p
}

// waitingUnder says what the days are, and what happens when they are over.
func (v registerView) waitingUnder() string {
	if !v.Term.Known {
		return v.t("waiting.under.unknown")
	}
	text := v.n("waiting.under", v.Term.Days)
	if v.Domestic != "" {
		text += " " + v.t("waiting.else", "percent", strings.Replace(v.Domestic, ".", ",", 1))
	}
	return text
}

// waitingRows are the parcels that were released and have no proof of departure.
func (v registerView) waitingRows(ctx context.Context) ui.Grid {
	g := ui.Grid{Caption: v.t("waiting.title"), TestID: "waiting", Head: []ui.Col{{Title: v.t("head.parcel"), Wide: true}, {Title: v.t("head.released"), Label: true},
		{Title: v.t("head.term"), Label: true}, {Title: v.t("head.sum"), Right: true}}}
	for _, d := range v.Waiting {
		under := v.country(d.Country)
		if d.DepartedAt != nil {
			under += " · " + v.t("waiting.number")
		}
		g.Rows = append(g.Rows, ui.Row{TestID: "waiting-row", Cells: []ui.Cell{{Text: d.Parcel, Href: v.parcel(ctx, d.Parcel), Under: under},
			ui.Text(v.moment(d.ReleasedAt)), {Node: termCell(v, d.Countdown, Entry)}, {Text: v.rub(d.ValueRUB), Bold: true}}})
	}
	return g
}

// unionRows are the parcels to countries without a customs border.
func (v registerView) unionRows(ctx context.Context) ui.Grid {
	g := ui.Grid{Caption: v.t("union.title"), TestID: "union", Head: []ui.Col{{Title: v.t("head.parcel"), Wide: true}, {Title: v.t("head.order"), Label: true},
		{Title: v.t("head.country"), Label: true}, {Title: v.t("head.sum"), Right: true}}}
	for _, d := range v.Union {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: d.Parcel, Href: v.parcel(ctx, d.Parcel), Under: v.t("way.paid", "day", v.moment(&d.PaidAt))},
			ui.Text(d.OrderNumber), ui.Text(v.country(d.Country)), {Text: v.rub(d.ValueRUB), Bold: true}}})
	}
	return g
}
