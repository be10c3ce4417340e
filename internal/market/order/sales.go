package order

import (
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// period is a time over which a shop looks at its sales, and compares them with as long a time before. Its days are drawn
// by Step together, with a date under every Mark-th point; the messages that speak of it are told how many Days it has.
type period struct {
	Days, Step, Mark                      int
	Label, Title, Chart, Dotted, Up, Down string
}

// periods are those to choose from, the usual one first.
var periods = []period{
	{Days: 14, Step: 1, Mark: 4, Label: "order.sales.days", Title: "order.sales.title", Chart: "order.sales.chart",
		Dotted: "order.sales.dotted", Up: "order.sales.up", Down: "order.sales.down"},
	{Days: 30, Step: 1, Mark: 9, Label: "order.sales.days", Title: "order.sales.title", Chart: "order.sales.chart",
		Dotted: "order.sales.dotted", Up: "order.sales.up", Down: "order.sales.down"},
	{Days: 365, Step: 7, Mark: 13, Label: "order.sales.year", Title: "order.sales.year_title", Chart: "order.sales.year_chart",
		Dotted: "order.sales.year_dotted", Up: "order.sales.year_up", Down: "order.sales.year_down"},
}

// periodOf finds the period of so many days; without a number it is the usual one.
func periodOf(days string) (period, error) {
	for _, p := range periods {
		if days == "" || days == strconv.Itoa(p.Days) {
			return p, nil
		}
	}
	return period{}, errs.New(errs.NotFound, "error.not_found")
}

// since is the first day of the time before a period that ends now.
func (p period) since(now time.Time) time.Time { return startOfDay(now).AddDate(0, 0, 1-2*p.Days) }

// sold is what a shop sold from one day to another, both of them included.
type sold struct {
	From, To time.Time
	Orders   int
	Sum      money.Amount
}

// split puts days that begin since into the points of the period and of the time before. A day without sales counts as
// any; the days over, of a year by weeks, are the oldest point's.
func (p period) split(days []DaySales, since time.Time) (now, past []sold) {
	byDay := make(map[string]DaySales, len(days))
	for _, d := range days {
		byDay[d.Day.Format(time.DateOnly)] = d
	}
	return p.half(byDay, since.AddDate(0, 0, p.Days)), p.half(byDay, since)
}

func (p period) half(byDay map[string]DaySales, first time.Time) []sold {
	n := p.Days / p.Step
	list := make([]sold, n)
	for i := range p.Days {
		day := first.AddDate(0, 0, i)
		at := &list[max(0, n-1-(p.Days-1-i)/p.Step)]
		if at.From.IsZero() {
			at.From = day
		}
		d := byDay[day.Format(time.DateOnly)]
		at.To, at.Orders, at.Sum = day, at.Orders+d.Orders, at.Sum+d.Sum
	}
	return list
}

func totals(list []sold) (sum money.Amount, orders int) {
	for _, s := range list {
		sum, orders = sum+s.Sum, orders+s.Orders
	}
	return sum, orders
}
