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

// landed works out duty and tax on goods and postage.
func landed(p *clearance.Parcel, postage money.Amount, t clearance.Tables, r rates.Table) (Landed, error) {
	switch {
	case slices.Contains(t.Lists[listUnion], p.Country):
		return Landed{DutyNote: NoteUnion, Sources: sources(t, listUnion)}, nil
	case slices.Contains(t.Lists[listEU], p.Country):
		return landedEU(p, postage, t, r)
	}
	return landedOwn(p, postage, t, r)
}

func landedEU(p *clearance.Parcel, postage money.Amount, t clearance.Tables, r rates.Table) (Landed, error) {
	each, ok := t.Scaled(figurePerCode, 2)
	if !ok {
		return Landed{DutyNote: NoteUnknown}, nil
	}
	euros, err := money.Mul(money.Amount(each), int64(len(codes(p.Lines))))
	if err != nil {
		return Landed{}, err
	}
	duty, err := r.ToRUB(euros, "EUR")
	if err != nil {
		return Landed{}, err
	}
	return taxed(p, postage, duty, t, NoteEU, figurePerCode)
}

func landedOwn(p *clearance.Parcel, postage money.Amount, t clearance.Tables, r rates.Table) (Landed, error) {
	rate, ok := t.Scaled(figureDutyRate+p.Country, 2)
	if !ok {
		return Landed{DutyNote: NoteUnknown}, nil
	}
	if free, limited := t.Scaled(figureFree+p.Country, 2); limited {
		limit, err := r.ToRUB(money.Amount(free), "EUR")
		if err != nil {
			return Landed{}, err
		}
		if p.ValueRUB <= limit {
			return Landed{DutyNote: NoteOwn, Sources: sources(t, figureFree+p.Country)}, nil
		}
	}
	base, err := money.Add(p.ValueRUB, postage)
	if err != nil {
		return Landed{}, err
	}
	duty, err := share(base, rate)
	if err != nil {
		return Landed{}, err
	}
	return taxed(p, postage, duty, t, NoteOwn, figureDutyRate+p.Country)
}

// taxed adds the tax that goods, postage and duty bear together.
func taxed(p *clearance.Parcel, postage, duty money.Amount, t clearance.Tables, note, from string) (Landed, error) {
	rate, ok := t.Scaled(figureVATRate+p.Country, 2)
	if !ok {
		return Landed{Duty: duty, DutyNote: NoteUnknown, Sources: sources(t, from)}, nil
	}
	base, err := money.Add(p.ValueRUB, postage, duty)
	if err != nil {
		return Landed{}, err
	}
	tax, err := share(base, rate)
	return Landed{Duty: duty, Tax: tax, DutyNote: note, Sources: sources(t, from, figureVATRate+p.Country)}, err
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
