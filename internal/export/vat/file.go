package vat

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/sheet"
)

// columns of the register as tables have them. Sums are the numbers among them.
var columns = []struct {
	key    string
	number bool
	text   func(r *Row) string
}{
	{"number", true, func(r *Row) string { return strconv.Itoa(r.Number) }},
	{"kind", false, nil}, // in the reader's language
	{"period", false, func(r *Row) string { return QuarterOf(r.Period).String() }},
	{"inn", false, func(r *Row) string { return r.INN }},
	{"kpp", false, func(r *Row) string { return r.KPP }},
	{"registration", false, func(r *Row) string { return r.Registration }},
	{"barcode", false, func(r *Row) string { return r.Barcode }},
	{"released", false, func(r *Row) string { return r.ReleasedOn.Format(time.DateOnly) }},
	{"departed", false, func(r *Row) string { return r.DepartedOn.Format(time.DateOnly) }},
	{"mark", false, nil},
	{"tnved", false, func(r *Row) string { return strings.Join(r.TNVED, ", ") }},
	{"country", false, func(r *Row) string { return r.Country }},
	{"order", false, func(r *Row) string { return r.OrderNumber }},
	{"parcel", false, func(r *Row) string { return r.Parcel }},
	{"paid", false, func(r *Row) string { return r.PaidOn.Format(time.DateOnly) }},
	{"currency", false, func(r *Row) string { return string(r.Currency) }},
	{"value", true, func(r *Row) string { return money.Decimal(r.Value) }},
	{"rate", true, func(r *Row) string { return rateText(r.Rate) }},
	{"nominal", true, func(r *Row) string { return strconv.FormatInt(r.RateNominal, 10) }},
	{"rate_day", false, func(r *Row) string { return r.RateDay.Format(time.DateOnly) }},
	{"value_rub", true, func(r *Row) string { return money.Decimal(r.ValueRUB) }},
	{"reverses", true, func(r *Row) string {
		if r.Reverses == nil {
			return ""
		}
		return strconv.Itoa(*r.Reverses)
	}},
}

// table is the register with its heads in a language, and which of its columns are numbers.
func table(lang i18n.Lang, rows []Row) (cells [][]string, numbers []int) {
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = i18n.In(lang, "vat.col."+c.key)
		if c.number {
			numbers = append(numbers, i)
		}
	}
	cells = append(cells, head)
	for i := range rows {
		line := make([]string, len(columns))
		for j, c := range columns {
			switch c.key {
			case "kind":
				line[j] = i18n.In(lang, "vat.kind."+rows[i].Kind)
			case "mark":
				line[j] = i18n.In(lang, "vat.mark."+rows[i].Mark)
			default:
				line[j] = c.text(&rows[i])
			}
		}
		cells = append(cells, line)
	}
	return cells, numbers
}

// XLSX writes the rows of a quarter as a workbook.
func XLSX(lang i18n.Lang, q Quarter, rows []Row) ([]byte, error) {
	cells, numbers := table(lang, rows)
	var b bytes.Buffer
	if err := sheet.Write(&b, i18n.In(lang, "vat.sheet", "quarter", q.String()), cells, numbers...); err != nil {
		return nil, fmt.Errorf("vat: XLSX of %s: %w", q, err)
	}
	return b.Bytes(), nil
}

// CSV writes the rows of a quarter for spreadsheet programs as they are in Russia: sums have a comma.
func CSV(lang i18n.Lang, rows []Row) ([]byte, error) {
	cells, numbers := table(lang, rows)
	for _, line := range cells[1:] {
		for _, n := range numbers {
			line[n] = strings.Replace(line[n], ".", ",", 1)
		}
	}
	var b bytes.Buffer
	if err := sheet.WriteCSV(&b, cells, numbers...); err != nil {
		return nil, fmt.Errorf("vat: CSV: %w", err)
	}
	return b.Bytes(), nil
}

// xmlRegister is the register in a shape of our own. It says so in an attribute: the form of the tax service for postal
// parcels is not known to us.
type xmlRegister struct {
	XMLName  xml.Name `xml:"vat0-register"`
	Form     string   `xml:"form,attr"`
	Quarter  string   `xml:"quarter,attr"`
	INN      string   `xml:"inn,attr"`
	KPP      string   `xml:"kpp,attr,omitempty"`
	Rows     []xmlRow `xml:"row"`
	Count    int      `xml:"total>rows"`
	Entered  string   `xml:"total>entered-rub"`
	Reversed string   `xml:"total>reversed-rub"`
	Sum      string   `xml:"total>sum-rub"`
}

type xmlRow struct {
	Number       int      `xml:"number,attr"`
	Kind         string   `xml:"kind,attr"`
	Reverses     *int     `xml:"reverses,attr"`
	Registration string   `xml:"cn23-registration"`
	Barcode      string   `xml:"item"`
	Released     string   `xml:"released"`
	Departed     xmlMark  `xml:"departed"`
	TNVED        []string `xml:"tnved"`
	Country      string   `xml:"destination"`
	Order        string   `xml:"order"`
	Parcel       string   `xml:"parcel"`
	Paid         string   `xml:"paid"`
	Value        xmlSum   `xml:"value"`
	Rate         xmlRate  `xml:"rate"`
	ValueRUB     string   `xml:"value-rub"`
	Reason       string   `xml:"reason,omitempty"`
}

type xmlMark struct {
	Mark string `xml:"mark,attr"`
	Day  string `xml:",chardata"`
}

type xmlSum struct {
	Currency string `xml:"currency,attr"`
	Sum      string `xml:",chardata"`
}

type xmlRate struct {
	Day     string `xml:"day,attr"`
	Nominal int64  `xml:"nominal,attr"`
	Rate    string `xml:",chardata"`
}

// XML writes the rows of a quarter for programs.
func XML(q Quarter, inn, kpp string, rows []Row) ([]byte, error) {
	total := TotalOf(rows)
	x := xmlRegister{Form: "own", Quarter: q.String(), INN: inn, KPP: kpp, Count: total.Rows, Entered: money.Decimal(total.Entered),
		Reversed: money.Decimal(total.Reversed), Sum: money.Decimal(total.Sum())}
	for i := range rows {
		r := &rows[i]
		x.Rows = append(x.Rows, xmlRow{Number: r.Number, Kind: r.Kind, Reverses: r.Reverses, Registration: r.Registration, Barcode: r.Barcode,
			Released: r.ReleasedOn.Format(time.DateOnly), Departed: xmlMark{r.Mark, r.DepartedOn.Format(time.DateOnly)}, TNVED: r.TNVED, Country: r.Country,
			Order: r.OrderNumber, Parcel: r.Parcel, Paid: r.PaidOn.Format(time.DateOnly), Value: xmlSum{string(r.Currency), money.Decimal(r.Value)},
			Rate: xmlRate{r.RateDay.Format(time.DateOnly), r.RateNominal, rateText(r.Rate)}, ValueRUB: money.Decimal(r.ValueRUB), Reason: r.Reason})
	}
	out, err := xml.MarshalIndent(x, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("vat: XML of %s: %w", q, err)
	}
	return append([]byte(xml.Header), append(out, '\n')...), nil
}
