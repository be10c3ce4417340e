// Package contact is how a person is reached: addresses of mail and telephones as they are typed, kept and compared, and the
// address book, where parcels go. It owns the rules of what a contact may be and the table addresses. Who somebody is, and
// that a mail address is theirs, package account says.
package contact

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Address is one entry of a person's address book: who gets a parcel, and where.
type Address struct {
	ID        int64
	Recipient string
	Phone     string
	// Country is ISO 3166-1 alpha-2.
	Country   string
	Postcode  string
	Region    string
	City      string
	Street    string // street and house
	Flat      string
	Note      string // for the courier
	IsDefault bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

// maxAddresses bounds an address book; nobody has more places.
const maxAddresses = 30

// Line writes the address on one line, the way Russian Post likes it: from the street to the postcode.
func (a Address) Line(lang i18n.Lang) string {
	parts := []string{a.Street, FlatLine(lang, a.Flat), a.City, a.Region, a.Postcode}
	kept := parts[:0]
	for _, p := range parts {
		if p != "" && (len(kept) == 0 || kept[len(kept)-1] != p) {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}

// FlatLine puts its word before a bare number of a flat: "кв. 7". What is more than a number says itself what it is.
func FlatLine(lang i18n.Lang, flat string) string {
	if flat == "" || strings.ContainsFunc(flat, unicode.IsSpace) || !unicode.IsDigit(rune(flat[0])) {
		return flat
	}
	return i18n.In(lang, "account.flat", "n", flat)
}

// Countries are where parcels go, in the order a form offers them.
var Countries = []string{"RU", "BY", "KZ", "AM", "KG", "UZ", "GE", "RS", "TR", "AE", "IL", "CN", "IN", "DE", "FR", "IT", "ES", "GB", "US", "JP", "BR"}

var (
	postcodeRU    = regexp.MustCompile(`^[1-9]\d{5}$`)
	postcodeOther = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z -]{1,9}$`)
)

// Clean brings the parts of an address typed by a person to the form they are kept in and says
// what is wrong with them. Other modules use it for an address that is not in a book.
func (a Address) Clean() (Address, []errs.Field) {
	var fields []errs.Field
	text := func(name, value string, max int, required bool) string {
		broken := !form.Keepable(value)
		value = strings.Join(strings.Fields(form.Clean(value)), " ")
		switch {
		case broken:
			fields = append(fields, errs.Field{Name: name, Key: "form.bad_text"})
		case value == "" && required:
			fields = append(fields, errs.Field{Name: name, Key: "form.required"})
		case utf8.RuneCountInString(value) > max:
			fields = append(fields, errs.Field{Name: name, Key: "form.too_long", Args: []any{"max", max}})
		}
		return value
	}
	phone, phoneOK := CleanPhone(a.Phone)
	clean := Address{ID: a.ID, IsDefault: a.IsDefault, Country: a.Country,
		Recipient: text("recipient", a.Recipient, 100, true)}
	if !phoneOK {
		fields = append(fields, errs.Field{Name: "phone", Key: PhoneProblem(a.Phone)})
	}
	clean.Phone = phone
	if !knownCountry(a.Country) {
		fields = append(fields, errs.Field{Name: "country", Key: "form.choose"})
	}
	postcode, problem := cleanPostcode(a.Country, a.Postcode)
	if problem != "" {
		fields = append(fields, errs.Field{Name: "postcode", Key: problem})
	}
	clean.Postcode = postcode
	clean.Region = text("region", a.Region, 100, false)
	clean.City = text("city", a.City, 100, true)
	clean.Street = text("street", a.Street, 200, true)
	clean.Flat = text("flat", a.Flat, 50, false)
	clean.Note = text("note", a.Note, 300, false)
	return clean, fields
}

func knownCountry(code string) bool {
	for _, c := range Countries {
		if c == code {
			return true
		}
	}
	return false
}

// cleanPostcode takes six digits for Russia, of which the first is no zero, and the usual signs for
// other countries, some of which have no postcodes.
func cleanPostcode(country, typed string) (string, string) {
	code := strings.Join(strings.Fields(form.Clean(typed)), " ")
	if !form.Keepable(typed) {
		return code, "form.bad_text"
	}
	switch country {
	case "RU", "BY", "KZ", "KG", "UZ":
		code = strings.NewReplacer(" ", "", "-", "").Replace(code)
		if code == "" {
			return code, "form.required"
		}
		if !postcodeRU.MatchString(code) {
			return code, "account.postcode.ru"
		}
	case "AE":
		if code != "" && !postcodeOther.MatchString(code) {
			return code, "account.postcode.bad"
		}
	default:
		if code == "" {
			return code, "form.required"
		}
		if !postcodeOther.MatchString(code) {
			return code, "account.postcode.bad"
		}
	}
	return strings.ToUpper(code), ""
}
