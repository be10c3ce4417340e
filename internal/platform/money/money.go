// Package money holds amounts in minor units of a currency: no float ever touches a price. It
// formats and parses them as people of each language write them, and splits them so that the
// shares sum to the whole. It knows no prices, taxes or rates.
package money

import (
	"errors"
	"math"
	"math/bits"
	"sort"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Amount is a sum in minor units (kopecks, cents).
type Amount int64

// Currency is an ISO 4217 code.
type Currency string

// RUB is the currency the market trades in.
const RUB Currency = "RUB"

// ErrOverflow says that a sum or product does not fit an int64.
var ErrOverflow = errors.New("money: overflow")

// ErrSyntax says that a text is not an amount of money.
var ErrSyntax = errors.New("money: not an amount")

var symbols = map[Currency]string{"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£", "CNY": "¥", "KZT": "₸", "BYN": "Br"}

// Digits is how many digits the minor unit of a currency has (ISO 4217): 2, or 0 for the yen and its like.
func Digits(cur Currency) int {
	switch cur {
	case "JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF":
		return 0
	}
	return 2
}

const nbsp = "\u00a0"

// Format writes an amount as look.md §7 asks: "4 290 ₽", "4 290,50 ₽" in Russian, "₽4,290" in
// English; minor units only when they are not zero; a minus is U+2212.
func Format(lang i18n.Lang, a Amount, cur Currency) string {
	sign, u := "", uint64(a)
	if a < 0 {
		sign, u = "\u2212", -u
	}
	sym := symbols[cur]
	if sym == "" {
		sym = string(cur) + nbsp
	}
	whole, minor := u/100, u%100
	if Digits(cur) == 0 {
		whole, minor = u, 0
	}
	digits := i18n.Group(lang, strconv.FormatUint(whole, 10))
	if minor != 0 {
		point := "."
		if lang == i18n.RU {
			point = ","
		}
		digits += point + string('0'+rune(minor/10)) + string('0'+rune(minor%10))
	}
	if lang == i18n.RU {
		return sign + digits + nbsp + strings.TrimSuffix(sym, nbsp)
	}
	return sign + sym + digits
}

// Decimal writes an amount with a point and two digits, for machines: "4290.50".
func Decimal(a Amount) string {
	sign, u := "", uint64(a)
	if a < 0 {
		sign, u = "-", -u
	}
	return sign + strconv.FormatUint(u/100, 10) + "." + string('0'+rune(u%100/10)) + string('0'+rune(u%10))
}

// Parse reads an amount as people type it: spaces and no-break spaces group, comma or point
// divides, at most two digits of minor units. It refuses everything else, and negative amounts.
func Parse(text string) (Amount, error) {
	s := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '₽':
			return -1
		case ',':
			return '.'
		}
		return r
	}, strings.TrimSpace(text))
	whole, frac, _ := strings.Cut(s, ".")
	if whole == "" || len(whole) > 15 || len(frac) > 2 || !digitsOnly(whole) || !digitsOnly(frac) {
		return 0, ErrSyntax
	}
	if strings.HasSuffix(s, ".") {
		return 0, ErrSyntax
	}
	major, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, ErrSyntax
	}
	minor := int64(0)
	if frac != "" {
		if minor, err = strconv.ParseInt((frac + "0")[:2], 10, 64); err != nil {
			return 0, ErrSyntax
		}
	}
	return Amount(major*100 + minor), nil
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Mul multiplies a price by a quantity, refusing to wrap.
func Mul(a Amount, qty int64) (Amount, error) {
	if a < 0 || qty < 0 {
		return 0, ErrOverflow
	}
	hi, lo := bits.Mul64(uint64(a), uint64(qty))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, ErrOverflow
	}
	return Amount(lo), nil
}

// Convert turns kopecks into minor units of cur, half up: nominal units of it cost rate ten-thousandths of a rouble.
func Convert(kopecks Amount, rate, nominal int64, cur Currency) (Amount, error) {
	scale := int64(100)
	for range Digits(cur) {
		scale *= 10
	}
	num, err := Mul(Amount(nominal), scale)
	if err != nil {
		return 0, err
	}
	return MulDiv(kopecks, int64(num), rate)
}

// ToKopecks is the way back, half up.
func ToKopecks(a Amount, rate, nominal int64, cur Currency) (Amount, error) {
	scale := int64(100)
	for range Digits(cur) {
		scale *= 10
	}
	den, err := Mul(Amount(nominal), scale)
	if err != nil {
		return 0, err
	}
	return MulDiv(a, rate, int64(den))
}

// MulDiv is a·num/den over 128 bits, half up; it refuses what is negative and what does not fit.
func MulDiv(a Amount, num, den int64) (Amount, error) {
	if a < 0 || num < 0 || den <= 0 {
		return 0, ErrOverflow
	}
	hi, lo := bits.Mul64(uint64(a), uint64(num))
	if hi >= uint64(den) {
		return 0, ErrOverflow
	}
	q, rest := bits.Div64(hi, lo, uint64(den))
	if rest >= uint64(den)-rest {
		q++
	}
	if q > math.MaxInt64 {
		return 0, ErrOverflow
	}
	return Amount(q), nil
}

// Add sums amounts, refusing to wrap.
func Add(amounts ...Amount) (Amount, error) {
	var sum Amount
	for _, a := range amounts {
		next := sum + a
		if (a > 0 && next < sum) || (a < 0 && next > sum) {
			return 0, ErrOverflow
		}
		sum = next
	}
	return sum, nil
}

// Split divides total over non-negative weights by largest remainder: the shares sum to total
// exactly, and equal remainders go to the earlier share. With no positive weight the whole falls
// on the first share. The result has len(weights) shares; it is nil for no weights.
func Split(total Amount, weights []Amount) []Amount {
	if len(weights) == 0 {
		return nil
	}
	shares := make([]Amount, len(weights))
	var sum uint64
	for _, w := range weights {
		sum += uint64(max(w, 0))
	}
	if sum == 0 {
		shares[0] = total
		return shares
	}
	sign, abs := Amount(1), uint64(total)
	if total < 0 {
		sign, abs = -1, -abs
	}
	type rest struct {
		i int
		r uint64
	}
	rests, left := make([]rest, len(weights)), abs
	for i, w := range weights {
		hi, lo := bits.Mul64(abs, uint64(max(w, 0)))
		q, r := bits.Div64(hi, lo, sum) // abs*w/sum <= abs: hi < sum always holds
		shares[i], rests[i] = Amount(q), rest{i, r}
		left -= q
	}
	sort.SliceStable(rests, func(a, b int) bool { return rests[a].r > rests[b].r })
	for k := range left {
		shares[rests[k].i]++
	}
	for i := range shares {
		shares[i] *= sign
	}
	return shares
}
