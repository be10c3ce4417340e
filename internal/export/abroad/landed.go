package abroad

import (
	"slices"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Landed is what a country is expected to ask of the buyer on top, in kopecks: an estimate, from dated rows.
type Landed struct {
	Duty     money.Amount
	Tax      money.Amount
	DutyNote string             // which rows it comes from: union, eu, over, own, unknown
	UpTo     money.Amount       // NoteOver: the value in euro cents up to which it would be known
	Sources  []destination.Text // where those rows are written
}

// Unsaid says that what the country asks is not known: Duty and Tax are no answer then.
func (l Landed) Unsaid() bool { return l.DutyNote == NoteUnknown || l.DutyNote == NoteOver }

// Notes of a landed cost.
const (
	NoteUnion   = "union"   // no customs border
	NoteEU      = "eu"      // a sum for each distinct code of six digits, and VAT
	NoteOver    = "over"    // worth more than that sum is known to be asked of: the ordinary tariff, which nobody has entered
	NoteOwn     = "own"     // the country's own rate
	NoteUnknown = "unknown" // nobody has entered the country's rows
)

// Names of the rows that a landed cost is worked out from. Figures are decimals; per cents have up to two digits.
const (
	listUnion      = "eaeu"
	listEU         = "eu"
	figurePerCode  = "duty_per_hs6_eur"       // euros for each distinct code, into the EU
	figureUpTo     = "duty_per_hs6_up_to_eur" // that sum is asked of consignments up to this value in euros
	figureDutyRate = "duty_rate."             // + country: per cent of goods and postage
	figureVATRate  = "vat_rate."              // + country: per cent of goods, postage and duty
	figureFree     = "duty_free_eur."         // + country: up to this value in euros nothing is asked
)

// levy is how a country asks duty and tax, read once for any number of parcels.
type levy struct {
	country  string
	note     string
	perCode  money.Amount // euro cents for each distinct code, into the EU
	upTo     money.Amount // kopecks; above it that sum is not what is asked
	bounded  bool         // it is so
	free     money.Amount // up to this value, kopecks, nothing is asked, where limited
	limited  bool
	duty     int64 // hundredths of a per cent of goods and postage
	tax      int64 // of goods, postage and duty
	taxKnown bool
	from     string // the row that duty comes from
}

// levyOf reads the rows of a country.
func levyOf(country string, t clearance.Tables, r rates.Table) (l levy, err error) {
	l = levy{country: country, note: NoteOwn, from: figureDutyRate + country}
	l.tax, l.taxKnown = t.Scaled(figureVATRate+country, 2)
	switch {
	case slices.Contains(t.Lists[listUnion], country):
		l.note = NoteUnion
		return l, nil
	case slices.Contains(t.Lists[listEU], country):
		return l.perCodes(t, r)
	}
	known := false
	if l.duty, known = t.Scaled(l.from, 2); !known {
		l.note = NoteUnknown
		return l, nil
	}
	l.free, l.limited, err = euros(figureFree+country, t, r)
	return l, err
}

// perCodes reads the rows of the EU. The sum for each code is turned into roubles once, whatever the number of codes.
func (l levy) perCodes(t clearance.Tables, r rates.Table) (_ levy, err error) {
	l.note, l.from = NoteEU, figurePerCode
	each, known := t.Scaled(figurePerCode, 2)
	if !known {
		l.note = NoteUnknown
		return l, nil
	}
	l.perCode = money.Amount(each)
	l.upTo, l.bounded, err = euros(figureUpTo, t, r)
	return l, err
}

// euros is a figure in euros, in kopecks of the day; false where there is none.
func euros(name string, t clearance.Tables, r rates.Table) (kopecks money.Amount, known bool, err error) {
	cents, known := t.Scaled(name, 2)
	if known {
		kopecks, err = r.ToRUB(money.Amount(cents), "EUR")
	}
	return kopecks, known, err
}

// askedFor is what a country asks on top of one consignment.
type askedFor struct {
	duty, tax money.Amount
	free      bool // its value is one on which nothing is asked
	over      bool // it is worth more than the rows speak of
}

// on works out duty and tax on goods, of so many distinct codes, and their postage. A consignment that is sent in several
// parcels is one.
func (l levy) on(value, postage money.Amount, codes int, r rates.Table) (a askedFor, err error) {
	switch {
	case l.note == NoteUnion, l.note == NoteUnknown:
		return a, nil
	case l.limited && value <= l.free:
		return askedFor{free: true}, nil
	case l.bounded && value > l.upTo:
		a.over = true // and its tax is the least that is asked: a list does not put it before what is known to cost more
	case l.note == NoteEU:
		sum, err := money.Mul(l.perCode, int64(codes))
		if err == nil {
			a.duty, err = r.ToRUB(sum, "EUR")
		}
		if err != nil {
			return askedFor{}, err
		}
	default:
		base, err := money.Add(value, postage)
		if err == nil {
			a.duty, err = share(base, l.duty)
		}
		if err != nil {
			return askedFor{}, err
		}
	}
	if !l.taxKnown {
		return a, nil
	}
	base, err := money.Add(value, postage, a.duty)
	if err == nil {
		a.tax, err = share(base, l.tax)
	}
	return a, err
}

// landed works out duty and tax on goods and postage.
func landed(p *clearance.Parcel, postage money.Amount, t clearance.Tables, r rates.Table) (Landed, error) {
	l, err := levyOf(p.Country, t, r)
	if err != nil {
		return Landed{}, err
	}
	a, err := l.on(p.ValueRUB, postage, len(codes(p.Lines)), r)
	if err != nil {
		return Landed{}, err
	}
	out := Landed{Duty: a.duty, Tax: a.tax, DutyNote: l.note}
	if a.over {
		out.Duty, out.Tax = 0, 0
	}
	switch {
	case l.note == NoteUnion:
		out.Sources = sources(t, listUnion)
	case l.note == NoteUnknown:
	case a.free:
		out.Sources = sources(t, figureFree+p.Country)
	case a.over:
		cents, _ := t.Scaled(figureUpTo, 2)
		out.DutyNote, out.UpTo, out.Sources = NoteOver, money.Amount(cents), sources(t, figureUpTo)
	case !l.taxKnown:
		out.DutyNote, out.Sources = NoteUnknown, sources(t, l.from)
	default:
		out.Sources = sources(t, l.from, figureVATRate+p.Country)
	}
	return out, nil
}

// codes are the distinct codes of six digits in a parcel. A line that has no code yet counts as one of its own.
func codes(lines []clearance.Line) []string {
	var list []string
	for i, l := range lines {
		code := "?" + strconv.Itoa(i)
		if len(l.HS) >= 6 {
			code = l.HS[:6]
		}
		if !slices.Contains(list, code) {
			list = append(list, code)
		}
	}
	return list
}

// share is so many hundredths of a per cent of a sum, half up.
func share(of money.Amount, hundredths int64) (money.Amount, error) {
	product, err := money.Mul(of, hundredths)
	return (product + 5000) / 10000, err
}

// sources are where rows are written, each once.
func sources(t clearance.Tables, names ...string) []destination.Text {
	var list []destination.Text
	for _, name := range names {
		row := t.Rows[name]
		source := destination.Text{RU: row.SourceIn(i18n.RU), EN: row.SourceIn(i18n.EN)}
		if source.RU != "" && !slices.Contains(list, source) {
			list = append(list, source)
		}
	}
	return list
}
