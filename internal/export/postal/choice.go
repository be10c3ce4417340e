package postal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// The kinds of carriage an item may have. They are also the words of clearance.Parcel.Service.
const (
	Letter      = "letter"
	SmallPacket = "small_packet"
	Parcel      = "parcel"
	EMS         = "ems"
)

// Why a candidate was not chosen. A candidate that lost by price alone would do as well: see Candidate.Fits.
const (
	LostClosed    = "closed"    // the post does not carry this to the country
	LostWeight    = "weight"    // "max" grams
	LostSize      = "size"      // "max" millimetres of the side, the sum or the girth that is too long
	LostValue     = "value"     // "max" kopecks that may be insured; 0: this service insures nothing
	LostDays      = "days"      // "days" it may take
	LostTracking  = "tracking"  // its way cannot be followed
	LostUninsured = "uninsured" // it is a service for insured items, and no insurance was asked for
	LostUnknown   = "unknown"   // the post does not answer, and no price of it is kept
	LostRefused   = "refused"   // the post will not carry it: "why" in its own words
	LostPrice     = "price"     // it would do, and costs "more" kopecks more
)

// Ask is an item that has to go abroad.
type Ask struct {
	Country     string       // destination, ISO 3166 alpha-2
	GrossGrams  int64        // with the packing
	LengthMM    int64        // 0: not known, and the sizes are not judged
	WidthMM     int64        //
	HeightMM    int64        //
	Insured     money.Amount // kopecks to insure it for; 0: no insurance
	Contents    string       // goods, documents, gift, sample, returned, printed; "" is goods
	PromiseDays int          // it has to arrive within; 0: whenever
	Untracked   bool         // a service whose way cannot be followed will do
	Day         time.Time    // prices and bans of this day; zero is today
	From        string       // postcode of the sender; "": the configured one
}

// Candidate is one service of the post, and why it was not chosen.
type Candidate struct {
	Object           int    // the post's code: 5001, 5011, 4031, 4021, 7031, …
	Service          string // letter, small_packet, parcel, ems
	NameRu, NameEn   string
	Price            money.Amount // kopecks, VAT in; 0 where it was not asked
	MinDays, MaxDays int          // 0: the post does not say
	Tracked, Insured bool
	Facts            []string  // of the post's dictionary for this country and service: clearance.Parcel.Destination
	Lost             string    // "" is the chosen one
	LostArgs         []any     // name, value pairs for the text postal.lost.<Lost>
	AsOf             time.Time // when the post said so
	Stale            bool      // the post is away, and this is what it said last
	Demonstration    bool      // the price is made up: it comes from the stand-in
}

// Fits says that the service would carry the item as asked, be it the cheapest or not.
func (c Candidate) Fits() bool { return c.Lost == "" || c.Lost == LostPrice }

// Facts of a country and service that clearance's rules look at.
const (
	FactClosed     = "closed"      // block: the post does not carry this there
	FactForcesCN23 = "forces_cn23" // declaration: the country wants the long form, and copies of it
	FactNoInsured  = "no_insured"  // oc = 0: nothing can be insured
	FactItemStop   = "item_stop"   // item-stop: the post lists things that this country does not let in
)

// Why says in words why a candidate lost; "" for the chosen one.
func (c Candidate) Why(lang i18n.Lang) string {
	if c.Lost == "" {
		return ""
	}
	key, args := c.Lost, slices.Clone(c.LostArgs)
	for i := 0; i+1 < len(args); i += 2 {
		switch {
		case c.Lost == LostValue && args[i+1] == int64(0):
			key = "uninsurable"
		case c.Lost == LostValue || c.Lost == LostPrice:
			if n, ok := args[i+1].(int64); ok {
				args[i+1] = money.Format(lang, money.Amount(n), money.RUB)
			}
		case c.Lost == LostRefused && lang != i18n.RU && foreign(args[i+1]):
			key = "refused_russian"
		case c.Lost == LostWeight:
			if n, ok := args[i+1].(int64); ok {
				args[i+1] = Grams(lang, n)
			}
		}
	}
	if c.Lost == LostDays {
		return i18n.NIn(lang, "postal.lost."+key, int64(c.MaxDays), args...)
	}
	return i18n.In(lang, "postal.lost."+key, args...)
}

// foreign says that words of the post are in Russian.
func foreign(words any) bool {
	text, ok := words.(string)
	return ok && strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

// Grams writes a weight: 450 g, 2 kg, 1.25 kg.
func Grams(lang i18n.Lang, n int64) string {
	if n < 1000 {
		return i18n.In(lang, "postal.grams", "n", strconv.FormatInt(n, 10))
	}
	text := strconv.FormatInt(n/1000, 10)
	if rest := n % 1000; rest != 0 {
		point := "."
		if lang == i18n.RU {
			point = ","
		}
		text += point + strings.TrimRight(fmt.Sprintf("%03d", rest), "0")
	}
	return i18n.In(lang, "postal.kilos", "n", text)
}
