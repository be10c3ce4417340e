// Package calculator answers anybody, without an account, what sending one thing abroad takes: whether it may go, which
// form it needs, by which service and how soon, what the buyer pays on its arrival, and by which rule and source each of
// these is so. It also shows every rule of export in force in plain words. It owns nothing: a question is its address,
// and what it is made of belongs to the other packages of the wing.
package calculator

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Ask is a thing and where it is to go.
type Ask struct {
	Thing    string // in words, or its code
	HS       string // the code that was picked among the suggestions; "" is the likeliest
	Country  string // ISO 3166 alpha-2
	Grams    int64  // with its packing
	SizeMM   [3]int64
	Price    money.Amount
	Currency money.Currency
	Year     int  // it was made in; 0 is a new thing made in many
	ByAuthor bool // who sends it made it
	Traits   []string
}

// usual is the size of a parcel that nobody measured.
var usual = [3]int64{250, 200, 100}

// Assumed says that the size was not told and the usual one is taken.
func (a Ask) Assumed() bool { return slices.Contains(a.SizeMM[:], 0) }

func (a Ask) size() [3]int64 {
	if a.Assumed() {
		return usual
	}
	return a.SizeMM
}

// code is the code that was typed instead of words, "" for words.
func (a Ask) code() string {
	if digits := hs.Digits(a.Thing); len(digits) >= 4 {
		return digits
	}
	return ""
}

// Answer is what it takes.
type Answer struct {
	Ask
	Code     hs.Suggestion   // the code that was reckoned with
	Others   []hs.Suggestion // what it might be instead
	Sure     bool            // somebody typed or picked the code
	Day      time.Time       // it is true on
	ValueRUB money.Amount
	abroad.Answer
	Rules  map[string]clearance.Rule // in force, by name
	Tables clearance.Tables
}

// offer is the number of the one listing that is asked about.
const offer = 1

// passport is the thing as a ready shop would have told it.
func (a Ask) passport(code hs.Suggestion) goods.Passport {
	size := a.size()
	p := goods.Passport{OfferID: offer, SellerID: offer, Abroad: true, HS: string(code.Code), Confirmed: true, Confidence: 100, Origin: "RU",
		NetGrams: max(a.Grams*4/5, 1), GrossGrams: a.Grams, LengthMM: size[0], WidthMM: size[1], HeightMM: size[2], TextEN: a.english(code),
		TextRU: a.Thing, YearMade: a.Year, ByAuthor: a.ByAuthor, Mass: a.Year == 0, Unique: a.Year != 0, Traits: a.Traits}
	if digits := a.code(); len(digits) == 10 {
		p.TNVED = digits
	}
	return p
}

// maxText is how long a description on a form may be.
const maxText = 60

// english describes the thing: by its own words, where they are foreign already.
func (a Ask) english(code hs.Suggestion) string {
	if a.code() == "" && !strings.ContainsFunc(a.Thing, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		return a.Thing
	}
	if text := hs.Describe(hs.Thing{TitleRU: a.Thing}, maxText); text != "" && a.code() == "" {
		return text
	}
	return hs.Plain(code.Text, maxText)
}

// ready is a shop that has told everything.
var ready = goods.SellerTerms{SellerID: offer, Kind: "company", INN: "7700000000", KPP: "770001001", OGRN: "1027700000000", NameLatin: "A ready shop",
	AddressLatin: "1 Tverskaya St", CityLatin: "Moscow", Postcode: "101000", Phone: "+7 495 000-00-00", Email: "shop@example.com"}
