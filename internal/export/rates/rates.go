// Package rates keeps the exchange rates of the Central Bank by the day they are in force, and converts with them in
// whole numbers. It owns the table of rates, the client of the bank's daily file and the job that asks for it. The
// special drawing right stands in the same file as the currencies and prices the limits of the post. A rate is never
// guessed: where the source is away the last known table is given with its day, and whoever shows it shows the day too.
package rates

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// XDR is the special drawing right of the International Monetary Fund, as ISO 4217 names it.
const XDR money.Currency = "XDR"

// Rate is a price in ten-thousandths of a rouble for Nominal units of a currency.
type Rate struct{ Value, Nominal int64 }

// Table is all rates of one day in force. The zero table knows only the rouble.
type Table struct {
	Day       time.Time // midnight UTC of the day in force
	FetchedAt time.Time
	Source    string // the address it was read from
	Rates     map[money.Currency]Rate
}

// ErrUnknown says that a table has no rate of a currency.
var ErrUnknown = errs.New(errs.Unavailable, "rates.unknown")

// Has reports whether amounts of c can be converted.
func (t Table) Has(c money.Currency) bool {
	r, ok := t.Rates[c]
	return c == money.RUB || ok && r.Value > 0 && r.Nominal > 0
}

// Currencies lists what the table knows besides the rouble and the special drawing right, in the order of their codes.
func (t Table) Currencies() []money.Currency {
	var list []money.Currency
	for c := range t.Rates {
		if c != XDR && c != money.RUB && t.Has(c) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b money.Currency) int { return cmp.Compare(a, b) })
	return list
}

// AgeDays is how many days before day the table came into force, never less than 0.
func (t Table) AgeDays(day time.Time) int { return max(int(midnight(day).Sub(t.Day).Hours()/24), 0) }

// ToRUB converts minor units of c to kopecks, half up.
func (t Table) ToRUB(a money.Amount, c money.Currency) (money.Amount, error) {
	if c == money.RUB {
		return a, nil
	}
	r, ok := t.Rates[c]
	if !ok || !t.Has(c) {
		return 0, ErrUnknown
	}
	return money.ToKopecks(a, r.Value, r.Nominal, c)
}

// FromRUB converts kopecks to minor units of c, half up.
func (t Table) FromRUB(kop money.Amount, c money.Currency) (money.Amount, error) {
	if c == money.RUB {
		return kop, nil
	}
	r, ok := t.Rates[c]
	if !ok || !t.Has(c) {
		return 0, ErrUnknown
	}
	return money.Convert(kop, r.Value, r.Nominal, c)
}

// SDR converts kopecks to ten-thousandths of a special drawing right. What is left over counts as a whole one: a sum
// above a limit is never rounded down to it.
func (t Table) SDR(kop money.Amount) (int64, error) {
	r := t.Rates[XDR]
	if !t.Has(XDR) {
		return 0, ErrUnknown
	}
	// kop / 100 · Nominal / (Value / 10⁴) drawing rights, times 10⁴
	num, err := money.Mul(money.Amount(r.Nominal), 1_000_000)
	if err != nil {
		return 0, err
	}
	if kop < 0 {
		return 0, money.ErrOverflow
	}
	hi, lo := bits.Mul64(uint64(kop), uint64(num))
	lo, carry := bits.Add64(lo, uint64(r.Value-1), 0) // any remainder makes one more
	if hi += carry; hi >= uint64(r.Value) {
		return 0, money.ErrOverflow
	}
	q, _ := bits.Div64(hi, lo, uint64(r.Value))
	if q > math.MaxInt64 {
		return 0, money.ErrOverflow
	}
	return int64(q), nil
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
