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
	DutyNote string             // which rows it comes from: union, eu, own, unknown
	Sources  []destination.Text // where those rows are written
}

// Notes of a landed cost.
const (
	NoteUnion   = "union"   // no customs border
	NoteEU      = "eu"      // a sum for each distinct code of six digits, and VAT
	NoteOwn     = "own"     // the country's own rate
	NoteUnknown = "unknown" // nobody has entered the country's rows
)

// Names of the rows that a landed cost is worked out from. Figures are decimals; per cents have up to two digits.
const (
	listUnion      = "eaeu"
	listEU         = "eu"
	figurePerCode  = "duty_per_hs6_eur" // euros for each distinct code, into the EU
	figureDutyRate = "duty_rate."       // + country: per cent of goods and postage
	figureVATRate  = "vat_rate."        // + country: per cent of goods, postage and duty
	figureFree     = "duty_free_eur."   // + country: up to this value in euros nothing is asked
)

// levy is how a country asks duty and tax, read once for any number of parcels.
type levy struct {
	country  string
	note     string
	perCode  money.Amount // kopecks for each distinct code, into the EU
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
	if slices.Contains(t.Lists[listUnion], country) {
		l.note = NoteUnion
		return l, nil
	}
	known := false
	if slices.Contains(t.Lists[listEU], country) {
		var each int64
		l.note, l.from = NoteEU, figurePerCode
		each, known = t.Scaled(figurePerCode, 2)
		l.perCode = money.Amount(each)
		if known {
			return l, nil // the sum of euros is turned into roubles once, whatever their number
		}
	} else {
		l.duty, known = t.Scaled(l.from, 2)
	}
	if !known {
		l.note = NoteUnknown
		return l, nil
	}
	var free int64
	if free, l.limited = t.Scaled(figureFree+country, 2); l.limited {
		l.free, err = r.ToRUB(money.Amount(free), "EUR")
	}
	return l, err
}

// on works out duty and tax on goods, of so many distinct codes, and their postage. untaxed says that the value is one on
// which nothing is asked.
func (l levy) on(value, postage money.Amount, codes int, r rates.Table) (duty, tax money.Amount, untaxed bool, err error) {
	switch {
	case l.note == NoteUnion, l.note == NoteUnknown:
		return 0, 0, false, nil
	case l.limited && value <= l.free:
		return 0, 0, true, nil
	case l.note == NoteEU:
		euros, err := money.Mul(l.perCode, int64(codes))
		if err == nil {
			duty, err = r.ToRUB(euros, "EUR")
		}
		if err != nil {
			return 0, 0, false, err
		}
	default:
		base, err := money.Add(value, postage)
		if err == nil {
			duty, err = share(base, l.duty)
		}
		if err != nil {
			return 0, 0, false, err
		}
	}
	if !l.taxKnown {
		return duty, 0, false, nil
	}
	base, err := money.Add(value, postage, duty)
	if err == nil {
		tax, err = share(base, l.tax)
	}
	return duty, tax, false, err
}

// landed works out duty and tax on goods and postage.
func landed(p *clearance.Parcel, postage money.Amount, t clearance.Tables, r rates.Table) (Landed, error) {
	l, err := levyOf(p.Country, t, r)
	if err != nil {
		return Landed{}, err
	}
	out := Landed{DutyNote: l.note}
	var untaxed bool
	if out.Duty, out.Tax, untaxed, err = l.on(p.ValueRUB, postage, len(codes(p.Lines)), r); err != nil {
		return Landed{}, err
	}
	switch {
	case l.note == NoteUnion:
		out.Sources = sources(t, listUnion)
	case l.note == NoteUnknown:
	case untaxed:
		out.Sources = sources(t, figureFree+p.Country)
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
