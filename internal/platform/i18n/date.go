package i18n

import (
	"strconv"
	"strings"
	"time"
)

// Moscow is the zone dates are shown in until a visitor's own zone is known.
var Moscow = func() *time.Location {
	if loc, err := time.LoadLocation("Europe/Moscow"); err == nil {
		return loc
	}
	return time.FixedZone("MSK", 3*60*60) // a machine without zone data
}()

var monthsRU = [...]string{"января", "февраля", "марта", "апреля", "мая", "июня",
	"июля", "августа", "сентября", "октября", "ноября", "декабря"}

var weekdaysRU = [...]string{"воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"}

// Date writes a day: "24 ноября", "24 November"; the year is added when it is not now's.
func Date(lang Lang, t, now time.Time) string {
	t, now = t.In(Moscow), now.In(Moscow)
	day := strconv.Itoa(t.Day()) + "\u00a0"
	if lang == RU {
		day += monthsRU[t.Month()-1]
	} else {
		day += t.Month().String()
	}
	if t.Year() != now.Year() {
		day += "\u00a0" + strconv.Itoa(t.Year())
	}
	return day
}

// NearDate is Date with "сегодня", "завтра" and "вчера" for the days around now.
func NearDate(lang Lang, t, now time.Time) string {
	words := [3]string{"yesterday", "today", "tomorrow"}
	if lang == RU {
		words = [3]string{"вчера", "сегодня", "завтра"}
	}
	if d := DaysBetween(now, t); d >= -1 && d <= 1 {
		return words[d+1]
	}
	return Date(lang, t, now)
}

// Capital puts a capital letter at the beginning of a line.
func Capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// DaysBetween counts midnights (Moscow) from a to b; negative when b is earlier.
func DaysBetween(a, b time.Time) int {
	a, b = a.In(Moscow), b.In(Moscow)
	da := time.Date(a.Year(), a.Month(), a.Day(), 0, 0, 0, 0, time.UTC)
	db := time.Date(b.Year(), b.Month(), b.Day(), 0, 0, 0, 0, time.UTC)
	return int(db.Sub(da).Hours() / 24)
}

// DateTime writes a moment: "24 ноября, 10:40", "24 November, 10:40".
func DateTime(lang Lang, t, now time.Time) string { return Date(lang, t, now) + ", " + Clock(t) }

// Clock writes the time of day: "10:40".
func Clock(t time.Time) string { return t.In(Moscow).Format("15:04") }

// Weekday names the day of the week in lower case in Russian, capitalised in English.
func Weekday(lang Lang, t time.Time) string {
	if lang == RU {
		return weekdaysRU[t.In(Moscow).Weekday()]
	}
	return t.In(Moscow).Weekday().String()
}
