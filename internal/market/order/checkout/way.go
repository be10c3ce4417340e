package checkout

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// WayName is what a shop calls a way of delivery; who reads no Russian is told of what kind it is instead.
func WayName(lang i18n.Lang, name string, kind shipping.Kind) string {
	if name == "" || native(lang, name) != "" {
		return i18n.In(lang, "shipping.kind."+string(kind))
	}
	return name
}

// native is a Russian name that stands beside its translation on an English page, "" elsewhere.
func native(lang i18n.Lang, name string) string {
	if lang == i18n.EN && strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		return name
	}
	return ""
}

// Zoned adds to a time whose it is, for a reader who is far from Moscow.
func Zoned(lang i18n.Lang, at string, far bool) string {
	if far {
		return i18n.In(lang, "order.moscow", "at", at)
	}
	return at
}

// Between writes a range of days: "24–26 ноября", "завтра – 2 декабря", or one day. Of a range under way only its end
// is still to come: "до 26 ноября".
func Between(lang i18n.Lang, from, to, now time.Time) string {
	if begun, left := i18n.DaysBetween(from, now), i18n.DaysBetween(now, to); begun > 0 && left >= 0 {
		if from = now; left > 1 {
			return i18n.In(lang, "order.till", "day", i18n.NearDate(lang, to, now))
		}
	}
	first, last := i18n.NearDate(lang, from, now), i18n.NearDate(lang, to, now)
	a, b := from.In(i18n.Moscow), to.In(i18n.Moscow)
	switch {
	case first == last:
		return first
	case a.Month() == b.Month() && unicode.IsDigit(rune(first[0])) && unicode.IsDigit(rune(last[0])): // neither is a word, such as "сегодня"
		return strconv.Itoa(a.Day()) + "–" + last
	case i18n.DaysBetween(now, from) == 0 && i18n.DaysBetween(now, to) == 1:
		return i18n.In(lang, "order.either", "from", first, "to", last)
	}
	return i18n.In(lang, "order.between", "from", first, "to", last)
}
