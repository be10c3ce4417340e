package catalog

import (
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Charged is a price that was really asked from From until To; To is zero while it still is.
type Charged struct {
	Price money.Amount `json:"price"`
	From  time.Time    `json:"from"`
	To    time.Time    `json:"to"`
}

// Window is how far back the price history looks.
const Window = 30 * 24 * time.Hour

// strikeAfter is how long of the window a price must have been charged before it may be struck
// through. It is the rule printed under every chart.
const strikeAfter = 14 * 24 * time.Hour

// Proof is what may be said about a price by its history.
type Proof struct {
	Was    money.Amount // struck through; 0: nothing may be
	Low    money.Amount // the lowest price of the window, today's included
	High   money.Amount
	IsLow  bool // today's price is the lowest and something in the window was dearer
	Change int  // percent below Was, rounded towards zero; 0 without Was
}

// Prove judges today's price by what was charged in the window before now. The price struck through
// is the lowest of those above today's that were charged for at least 14 days of the last 30.
func Prove(today money.Amount, history []Charged, now time.Time) Proof {
	p := Proof{Low: today, High: today}
	charged := map[money.Amount]time.Duration{}
	for _, c := range clip(history, now) {
		charged[c.Price] += c.To.Sub(c.From)
		p.Low, p.High = min(p.Low, c.Price), max(p.High, c.Price)
	}
	for price, d := range charged {
		if price > today && d >= strikeAfter && (p.Was == 0 || price < p.Was) {
			p.Was = price
		}
	}
	p.IsLow = today == p.Low && p.High > today
	if p.Was > 0 {
		p.Change = int(share(100, p.Was-today, p.Was))
	}
	return p
}

// clip cuts the history to the window, in order of time, without empty pieces.
func clip(history []Charged, now time.Time) []Charged {
	since := now.Add(-Window)
	var out []Charged
	for _, c := range history {
		if c.To.IsZero() || c.To.After(now) {
			c.To = now
		}
		if c.From.Before(since) {
			c.From = since
		}
		if c.To.After(c.From) {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Charged) int { return a.From.Compare(b.From) })
	return out
}

// DailyLow is the lowest price of each of the last 30 days, oldest first, for a chart. Days before
// the first price repeat it.
func DailyLow(history []Charged, now time.Time) []money.Amount {
	pieces := clip(history, now)
	if len(pieces) == 0 {
		return nil
	}
	days := make([]money.Amount, 30)
	since := now.Add(-Window)
	for i := range days {
		from, to := since.AddDate(0, 0, i), since.AddDate(0, 0, i+1)
		for _, c := range pieces {
			if c.From.Before(to) && c.To.After(from) && (days[i] == 0 || c.Price < days[i]) {
				days[i] = c.Price
			}
		}
	}
	fillGaps(days, pieces[0].Price)
	return days
}

func fillGaps(days []money.Amount, first money.Amount) {
	last := first
	for i, d := range days {
		if d == 0 {
			days[i] = last
		}
		last = days[i]
	}
}
