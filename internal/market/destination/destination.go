// Package destination knows where a visitor wants things sent and in which currency they like to see prices: a choice
// made once, kept in a cookie by guests and with their account by those who are signed in. It owns the page of the
// choice, and the words in which the market speaks of sending abroad. What may be sent, and for how much, it asks through
// functions that are set at wiring; without them nothing goes abroad. At home it costs nothing.
package destination

import (
	"context"
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Home is the country the market sends from.
const Home = "RU"

// Choice is where to and in which currency. The zero choice is home and roubles.
type Choice struct {
	Country  string         // ISO 3166 alpha-2; "" is Home
	Currency money.Currency // "" is the rouble
}

// Abroad reports whether things are to leave the country.
func (c Choice) Abroad() bool { return Abroad(c.Country) }

// Abroad reports whether a country is another one than Home; "" is home.
func Abroad(country string) bool { return country != "" && country != Home }

// Zero reports whether nothing differs from what a stranger is shown.
func (c Choice) Zero() bool { return c == Choice{} }

// tidy brings a choice to its one form: what is usual is left out.
func (c Choice) tidy() Choice {
	if c.Country == Home {
		c.Country = ""
	}
	if c.Currency == money.RUB {
		c.Currency = ""
	}
	return c
}

// Country is a place to send to.
type Country struct {
	Code     string
	RU, EN   string
	Currency money.Currency // its own, "" where it has none
}

// Name is the country's name in a language.
func (c Country) Name(lang i18n.Lang) string {
	if lang == i18n.EN {
		return c.EN
	}
	return c.RU
}

//go:embed countries.csv
var countriesCSV string // from datasets/country-codes (ODC-PDDL)

var countries, byCode = readCountries(countriesCSV)

func readCountries(text string) ([]Country, map[string]Country) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic("destination: countries.csv: " + err.Error())
	}
	list, index := make([]Country, 0, len(rows)), make(map[string]Country, len(rows))
	for _, row := range rows[1:] {
		c := Country{Code: row[0], RU: row[1], EN: row[2], Currency: money.Currency(row[3])}
		list, index[c.Code] = append(list, c), c
	}
	return list, index
}

// Find looks a country up by its ISO 3166 alpha-2 code.
func Find(code string) (Country, bool) {
	c, ok := byCode[code]
	return c, ok
}

// NameOf names a country; an unknown code is its own name.
func NameOf(lang i18n.Lang, code string) string {
	if c, ok := byCode[code]; ok {
		return c.Name(lang)
	}
	return code
}

// articled are the countries whose English names take an article in a sentence.
var articled = []string{"AE", "BS", "CC", "CF", "CK", "DO", "FK", "FO", "GB", "GM", "IM", "KM", "KY", "MH", "MP", "MV", "NL", "PH", "SB", "SC", "TC", "US", "VG", "VI"}

// NameIn names a country as it stands in a sentence: "the United States".
func NameIn(lang i18n.Lang, code string) string {
	if lang == i18n.EN && slices.Contains(articled, code) {
		return "the " + NameOf(lang, code)
	}
	return NameOf(lang, code)
}

// Countries lists every country by its name in a language.
func Countries(lang i18n.Lang) []Country { return sorted[lang] }

var sorted = func() map[i18n.Lang][]Country {
	all := map[i18n.Lang][]Country{}
	for _, lang := range i18n.Langs {
		list := slices.Clone(countries)
		slices.SortFunc(list, func(a, b Country) int { return strings.Compare(plain(a.Name(lang)), plain(b.Name(lang))) })
		all[lang] = list
	}
	return all
}()

// plain is a name as a reader looks it up: an accent on a Latin letter does not move it, and the Russian Й stays a letter.
func plain(name string) string {
	latin := false
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) && latin {
			return -1
		}
		latin = unicode.Is(unicode.Latin, r)
		return r
	}, norm.NFD.String(name)))
}

// often are the countries that the short list offers, after Home.
var often = []string{"BY", "KZ", "AM", "KG", "DE", "FR", "IT", "ES", "PL", "RS", "TR", "IL", "AE", "CN", "IN", "JP", "US", "GB", "CA", "BR"}

// Currencies are those that prices may be shown in beside roubles, as far as the bank has a rate.
var Currencies = []money.Currency{"EUR", "USD", "GBP", "CNY", "KZT", "BYN", "AMD", "KGS", "TRY", "AED", "INR", "JPY", "BRL", "CAD", "PLN", "RSD", "KRW"}

// Show is the currency a visitor sees prices in: the one chosen, else their country's where the list has it, else euros.
// For home it is the rouble.
func (c Choice) Show() money.Currency {
	switch {
	case c.Currency != "":
		return c.Currency
	case !c.Abroad():
		return money.RUB
	}
	if own := byCode[c.Country].Currency; slices.Contains(Currencies, own) {
		return own
	}
	return "EUR"
}

type key struct{}

// state is what the middleware keeps for a request.
type state struct {
	choice   Choice
	exchange Exchange
	present  bool
}

func with(ctx context.Context, s state) context.Context {
	if e := s.exchange; !e.Zero() {
		lang := i18n.LangOf(ctx)
		ctx = ui.WithAbout(ctx, func(kopecks money.Amount) string { return e.Sum(lang, kopecks) })
	}
	if s.choice.Abroad() {
		ctx = ui.WithPlace(ctx, ui.Country{Code: s.choice.Country, Name: NameIn(i18n.LangOf(ctx), s.choice.Country)})
	}
	return context.WithValue(ctx, key{}, s)
}

func of(ctx context.Context) state {
	s, _ := ctx.Value(key{}).(state) // the zero state is a stranger's
	return s
}

// With keeps a choice in ctx, with the rate its prices are shown by.
func With(ctx context.Context, c Choice, e Exchange) context.Context {
	return with(ctx, state{choice: c, exchange: e, present: true})
}

// Of is the visitor's choice.
func Of(ctx context.Context) Choice { return of(ctx).choice }

// ExchangeOf is the rate the visitor's prices are shown by; a zero one shows roubles alone.
func ExchangeOf(ctx context.Context) Exchange { return of(ctx).exchange }

// Present reports whether the request brought the cookie: its answer is nobody else's, whatever the cookie says.
func Present(ctx context.Context) bool { return of(ctx).present }
