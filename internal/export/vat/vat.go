// Package vat keeps the register by which sellers prove to the tax service that goods left the country, so that the rate
// of 0 % holds: a numbered row for each parcel that the customs service released and that departed, and a row that takes
// it back when the parcel returns. It counts the days a seller has, and writes the register as XLSX, CSV and XML. It
// owns export_vat_rows and what was filed of them; it works no tax out and files nothing itself. Which form the tax
// service takes for postal parcels is not known to us (open question), so the register holds the columns either form asks.
package vat

import (
	"fmt"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Kinds of rows.
const (
	Entry    = "entry"
	Reversal = "reversal"
)

// Marks by which a departure is known.
const DepartureAllowed = "departure_allowed"

// Row is one line of a seller's register.
type Row struct {
	SellerID     int64
	Number       int    // counts each seller's rows from 1, without holes; given by Enter
	Kind         string // entry, reversal; given by Enter and Reverse
	Parcel       string // our number
	Period       time.Time
	INN, KPP     string
	Registration string // of CN 23: customs code/DDMMYY/S10
	Barcode      string // S10
	ReleasedOn   time.Time
	DepartedOn   time.Time
	Mark         string   // by which the departure is known
	TNVED        []string // codes of the things, each once
	Country      string   // ISO 3166 alpha-2
	OrderNumber  string
	Currency     money.Currency // that was paid and that the papers declare
	Value        money.Amount   // in Currency; negative on a reversal
	Rate         int64          // ten-thousandths of a rouble for RateNominal units of Currency
	RateNominal  int64
	RateDay      time.Time    // the day the post accepted the parcel, or the last before it that has a rate
	ValueRUB     money.Amount // kopecks; negative on a reversal
	PaidOn       time.Time
	Reverses     *int // number of the row that a reversal takes back
	Reason       string
	EnteredAt    time.Time
}

// Quarter is three months of a year; N is from 1 to 4.
type Quarter struct{ Year, N int }

// QuarterOf finds the quarter of a day.
func QuarterOf(day time.Time) Quarter { return Quarter{day.Year(), (int(day.Month())-1)/3 + 1} }

// First is the quarter's first day.
func (q Quarter) First() time.Time {
	return time.Date(q.Year, time.Month(3*q.N-2), 1, 0, 0, 0, 0, time.UTC)
}

// End is the first day after the quarter.
func (q Quarter) End() time.Time { return q.First().AddDate(0, 3, 0) }

// String is how addresses and files name a quarter: 2026-4.
func (q Quarter) String() string { return fmt.Sprintf("%d-%d", q.Year, q.N) }

// ParseQuarter reads 2026-4.
func ParseQuarter(text string) (Quarter, bool) {
	var q Quarter
	if n, err := fmt.Sscanf(text, "%d-%d", &q.Year, &q.N); err != nil || n != 2 || q.String() != text {
		return Quarter{}, false
	}
	return q, q.N >= 1 && q.N <= 4 && q.Year >= 2000 && q.Year < 3000
}

// Term is how long a seller has to prove an export, in calendar days from the release. It is data, and may be unknown.
type Term struct {
	Known         bool
	Days, Warning int
}

// Standing is where the days of one parcel stand.
type Standing string

// Standings, from the calmest.
const (
	Filed   Standing = "filed"   // its register went to the tax service
	Open    Standing = "open"    // there is time
	Soon    Standing = "soon"    // the day of the warning has come
	Late    Standing = "late"    // the days are over
	Unknown Standing = "unknown" // no figure is in force
)

// Countdown is the days of one parcel on a day.
type Countdown struct {
	Standing Standing
	Until    time.Time // the last day
	Left     int       // days, negative when they are over
}

// Count finds where the days of a parcel stand that was released on a day.
func (t Term) Count(released, today time.Time, filed bool) Countdown {
	if filed {
		return Countdown{Standing: Filed}
	}
	if !t.Known {
		return Countdown{Standing: Unknown}
	}
	c := Countdown{Standing: Open, Until: released.AddDate(0, 0, t.Days)}
	c.Left = int(c.Until.Sub(today).Hours() / 24)
	switch {
	case c.Left < 0:
		c.Standing = Late
	case !today.Before(released.AddDate(0, 0, t.Warning)):
		c.Standing = Soon
	}
	return c
}

// Total sums rows: what was entered, what was taken back, and what remains.
type Total struct {
	Rows     int
	Entered  money.Amount
	Reversed money.Amount // not positive
}

// Sum is what remains.
func (t Total) Sum() money.Amount { return t.Entered + t.Reversed }

// TotalOf sums rows.
func TotalOf(rows []Row) Total {
	var t Total
	for i := range rows {
		t.Rows++
		if rows[i].Kind == Reversal {
			t.Reversed += rows[i].ValueRUB
		} else {
			t.Entered += rows[i].ValueRUB
		}
	}
	return t
}
