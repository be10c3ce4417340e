package destination

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Exchange turns roubles into the visitor's currency at the rate of a day. The zero Exchange turns nothing.
type Exchange struct {
	Currency money.Currency
	Day      time.Time // in force
	AgeDays  int       // how long ago that was
	Value    int64     // ten-thousandths of a rouble for Nominal units
	Nominal  int64
	From     func(kopecks money.Amount) (money.Amount, error)
}

// Zero reports whether prices are shown in roubles alone.
func (e Exchange) Zero() bool { return e.From == nil || e.Currency == "" || e.Currency == money.RUB }

// Sum writes a sum of roubles in the visitor's currency, "€12.95", or nothing.
func (e Exchange) Sum(lang i18n.Lang, kopecks money.Amount) string {
	if e.Zero() {
		return ""
	}
	a, err := e.From(kopecks)
	if err != nil {
		return "" // too much to be told; the roubles stand
	}
	return money.Format(lang, a, e.Currency)
}

// About is Sum of what is but an estimate, with a sign that says so: "≈ €12.95".
func (e Exchange) About(lang i18n.Lang, kopecks money.Amount) string {
	if text := e.Sum(lang, kopecks); text != "" {
		return "≈\u00a0" + text
	}
	return ""
}

// Both writes a sum in the visitor's currency with the roubles after it: "€12.95 · ₽1,240".
func (e Exchange) Both(lang i18n.Lang, kopecks money.Amount) string {
	text := money.Format(lang, kopecks, money.RUB)
	if own := e.Sum(lang, kopecks); own != "" {
		return own + " · " + text
	}
	return text
}

// Rate writes what the currency costs: "€1 = ₽95.7793".
func (e Exchange) Rate(lang i18n.Lang) string {
	if e.Zero() {
		return ""
	}
	unit := money.Amount(e.Nominal)
	for range money.Digits(e.Currency) {
		unit *= 10
	}
	return money.Format(lang, unit, e.Currency) + " = " + fourDigits(lang, e.Value)
}

// fourDigits writes ten-thousandths of a rouble.
func fourDigits(lang i18n.Lang, value int64) string {
	point, before, after := ".", "₽", ""
	if lang == i18n.RU {
		point, before, after = ",", "", "\u00a0₽"
	}
	frac := value % 10_000
	digits := []byte{'0' + byte(frac/1000), '0' + byte(frac/100%10), '0' + byte(frac/10%10), '0' + byte(frac%10)}
	return before + i18n.Number(lang, value/10_000) + point + string(digits) + after
}
