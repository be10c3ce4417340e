package calculator

import (
	"net/url"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// example is a question to begin with, for who does not know what to ask.
type example struct {
	name    string
	ru, en  string
	country string
	weight  string
	price   string
	year    string
}

var examples = []example{
	{"towel", "льняное полотенце", "linen kitchen towel", "DE", "350", "1900", ""},
	{"book", "детская книга с картинками", "children's picture book", "US", "600", "1200", "2025"},
	{"box", "расписная деревянная шкатулка", "painted wooden box", "FR", "400", "3500", ""},
	{"icon", "икона", "icon painted on wood", "RS", "900", "45000", "1890"},
}

func (e example) href(lang i18n.Lang) string {
	thing := e.ru
	if lang == i18n.EN {
		thing = e.en
	}
	q := url.Values{"thing": {thing}, "country": {e.country}, "weight": {e.weight}, "price": {e.price}, "currency": {"RUB"}}
	if e.year != "" {
		q.Set("year", e.year)
	}
	return "/export?" + q.Encode()
}
