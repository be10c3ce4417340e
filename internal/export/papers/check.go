package papers

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// check collects what contradicts in a record.
type check struct{ found []errs.Field }

func (c *check) add(name, key string, args ...any) {
	c.found = append(c.found, errs.Field{Name: name, Key: "papers.check." + key, Args: args})
}

// Check finds every contradiction in a record, not the first only: an errs.Invalid with a field for each, or nil. A
// record that passes can be written in every shape; each writer asks it first.
func (r *Record) Check() error {
	var c check
	c.number(r)
	c.facts(r)
	return errs.Fields(c.found)
}

// CheckOrder is Check before the post has given a number.
func (r *Record) CheckOrder() error {
	var c check
	c.facts(r)
	return errs.Fields(c.found)
}

// CheckOrder finds what contradicts, or cannot be printed, in a record as the papers will write it.
func CheckOrder(r Record) error {
	r = tidy(r)
	return r.CheckOrder()
}

func (c *check) facts(r *Record) {
	c.nature(r)
	c.party("sender", r.Sender)
	c.party("consignee", r.Consignee)
	for i := range r.Lines {
		c.line(fmt.Sprintf("lines.%d", i), &r.Lines[i], r.needsCode())
	}
	c.totals(r)
	c.rest(r)
}

// needsCode says that things without a code of the nomenclature are not let through.
func (r *Record) needsCode() bool {
	return r.Declared() && r.Contents != Documents && r.Contents != Gift
}

func (c *check) number(r *Record) {
	id, err := s10.Parse(string(r.S10))
	switch {
	case err != nil || id != r.S10:
		c.add("s10", "s10", "number", string(r.S10))
	case id.Country() != "RU":
		c.add("s10", "s10_country", "number", string(r.S10))
	}
}

func (c *check) nature(r *Record) {
	if r.Date.IsZero() {
		c.add("date", "date")
	}
	if _, err := categoryOn(r.Contents, r.Date); err != nil {
		c.add("contents", "contents", "contents", r.Contents)
	}
	if r.Contents == Other && r.Explanation == "" {
		c.add("explanation", "explanation")
	}
	if r.DocSign == ReturnDeclaration {
		if _, err := xmlRegistrationOf(r.Registration); err != nil {
			c.add("registration", "registration")
		}
	}
}

// longest is how many letters fields may have: what the post's and the customs service's forms take, and so that one
// line of things always fits a sheet.
var longest = map[string]int{"text_en": 200, "text_ru": 200, "brand": 40, "unit": 12, "name": 80, "organization": 80, "street": 160, "city": 60,
	"region": 60, "postcode": 16, "phone": 32, "email": 80, "operator": 80, "comment": 2000, "office": 80, "signed_by": 80, "explanation": 300, "importer": 400,
	"number": 60}

// mostLines is how many kinds of things one parcel may declare.
const mostLines = 500

// short refuses what is longer than its kind of field takes.
func (c *check) short(at, field, text string) {
	if n := utf8.RuneCountInString(text); n > longest[field] {
		c.add(strings.TrimPrefix(at+"."+field, "."), "long", "most", longest[field], "count", n)
	}
}

func (c *check) party(at string, p Party) {
	if p.Name == "" && p.Organization == "" {
		c.add(at+".name", "missing")
	}
	for _, f := range []struct{ name, text string }{{"street", p.Street}, {"city", p.City}, {"postcode", p.Postcode}} {
		if f.text == "" && !(f.name == "postcode" && at == "consignee") { // many countries have no postcodes
			c.add(at+"."+f.name, "missing")
		}
	}
	if !isCountry(p.Country) {
		c.add(at+".country", "country", "code", p.Country)
	}
	for _, f := range []struct{ name, text string }{
		{"name", p.Name}, {"organization", p.Organization}, {"street", p.Street}, {"city", p.City}, {"region", p.Region},
		{"postcode", p.Postcode}, {"phone", p.Phone}, {"email", p.Email},
	} {
		c.latin(at+"."+f.name, f.text)
		c.short(at, f.name, f.text)
	}
}

func (c *check) line(at string, l *Line, coded bool) {
	if !hasLetter(l.TextEN) {
		c.add(at+".text_en", "description")
	}
	c.latin(at+".text_en", l.TextEN)
	c.latin(at+".brand", l.Brand)
	c.latin(at+".unit", l.Unit)
	c.printable(at+".text_ru", l.TextRU)
	for _, f := range []struct{ name, text string }{{"text_en", l.TextEN}, {"text_ru", l.TextRU}, {"brand", l.Brand}, {"unit", l.Unit}} {
		c.short(at, f.name, f.text)
	}
	if l.Quantity <= 0 {
		c.add(at+".quantity", "quantity")
	}
	if l.NetGrams <= 0 {
		c.add(at+".net", "net")
	}
	if l.Value <= 0 {
		c.add(at+".value", "value")
	}
	if (l.HS != "" || coded) && !isHS(l.HS) {
		c.add(at+".hs", "hs", "code", l.HS)
	}
	if l.HTSUS != "" && (len(l.HTSUS) != 10 || !isHS(l.HTSUS) || len(l.HS) < 6 || l.HS[:6] != l.HTSUS[:6]) {
		c.add(at+".htsus", "htsus", "code", l.HTSUS, "hs", l.HS)
	}
	if (l.Origin != "" || coded) && !isCountry(l.Origin) {
		c.add(at+".origin", "country", "code", l.Origin)
	}
}

func (c *check) totals(r *Record) {
	if len(r.Lines) > mostLines {
		c.add("lines", "many_lines", "most", mostLines)
	}
	if len(r.Lines) == 0 {
		c.add("lines", "no_lines")
		return
	}
	values, net := make([]money.Amount, len(r.Lines)), make([]money.Amount, len(r.Lines))
	for i := range r.Lines {
		values[i], net[i] = r.Lines[i].Value, money.Amount(r.Lines[i].NetGrams)
	}
	sum, err := money.Add(values...)
	if err != nil || sum != r.Value {
		c.add("value", "sum", "sum", money.Decimal(sum), "value", money.Decimal(r.Value))
	}
	if len(r.Currency) != 3 {
		c.add("currency", "currency")
	}
	if grams, err := money.Add(net...); err != nil || int64(grams) > r.GrossGrams {
		c.add("gross", "gross", "net", int64(grams), "gross", r.GrossGrams)
	}
	if r.Currency == money.RUB && r.ValueRUB != r.Value {
		c.add("value_rub", "sum", "sum", money.Decimal(r.ValueRUB), "value", money.Decimal(r.Value))
	}
	for i, charge := range r.Charges {
		if charge.Amount < 0 {
			c.add(fmt.Sprintf("charges.%d", i), "value")
		}
		c.latin(fmt.Sprintf("charges.%d", i), charge.Name)
	}
}

func (c *check) rest(r *Record) {
	for _, f := range []struct{ name, text string }{
		{"operator", r.Operator}, {"comment", r.Comment}, {"office", r.OfficeName}, {"signed_by", r.SignedBy}, {"explanation", r.Explanation},
		{"importer", r.Importer.Reference + r.Importer.VATNumber + r.Importer.Phone + r.Importer.Fax + r.Importer.Email},
	} {
		c.latin(f.name, f.text)
		c.short("", f.name, f.text)
	}
	if r.Copies < 0 || r.Copies > 9 {
		c.add("copies", "copies")
	}
	if r.Declared() && r.SignedBy == "" {
		c.add("signed_by", "missing")
	}
	for i, p := range r.Papers {
		at := fmt.Sprintf("papers.%d", i)
		c.latin(at, p.Name+p.Number)
		c.short(at, "number", p.Number)
		if p.Number == "" || p.Kind != Licence && p.Kind != Certificate && p.Kind != InvoicePage {
			c.add(at, "paper")
		}
	}
}

// latin refuses what an officer abroad could not read: letters of another script, and what no form can show.
func (c *check) latin(name, text string) {
	if r, bad := firstOf(text, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }); bad {
		c.add(name, "latin", "char", string(r), "suggestion", Latin(text))
		return
	}
	c.printable(name, text)
}

// printable refuses what the forms' font cannot show, rather than print a question mark in its place.
func (c *check) printable(name, text string) {
	if r, bad := firstOf(text, func(r rune) bool { return !canPrint(r) }); bad {
		c.add(name, "unprintable", "char", string(r))
	}
}

func firstOf(text string, is func(rune) bool) (rune, bool) {
	for _, r := range text {
		if is(r) {
			return r, true
		}
	}
	return 0, false
}

func hasLetter(text string) bool {
	_, found := firstOf(text, unicode.IsLetter)
	return found
}

// isHS reports whether a code has 6, 8 or 10 digits: levels of the nomenclature. Seven or nine is a slip.
func isHS(code string) bool {
	if len(code) != 6 && len(code) != 8 && len(code) != 10 {
		return false
	}
	_, bad := firstOf(code, func(r rune) bool { return r < '0' || r > '9' })
	return !bad
}
