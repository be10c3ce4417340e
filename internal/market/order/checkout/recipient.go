package checkout

import (
	"slices"
	"strings"
	"unicode"

	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Recipient is who gets the parcels and where; a snapshot, whatever becomes of the address book.
type Recipient struct {
	Name     string `json:"name"`
	Phone    string `json:"phone"`
	Country  string `json:"country,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	Region   string `json:"region,omitempty"`
	City     string `json:"city,omitempty"`
	Street   string `json:"street,omitempty"`
	Flat     string `json:"flat,omitempty"`
	Note     string `json:"note,omitempty"`
	TaxID    string `json:"tax_id,omitempty"` // where the country of a foreign recipient asks for it
}

// Line writes the address on one line, a bare number of the flat with its word before it; "" when
// the parcels wait at a pickup point.
func (r Recipient) Line(lang i18n.Lang) string {
	country := ""
	if r.Abroad() {
		country = destination.NameOf(lang, r.Country)
	}
	parts := slices.DeleteFunc([]string{r.Street, contact.FlatLine(lang, r.Flat), r.City, r.Region, r.Postcode, country}, func(s string) bool { return s == "" })
	return strings.Join(parts, ", ")
}

// Tel writes the phone grouped, the way people read it.
func (r Recipient) Tel() string { return contact.ShowPhone(r.Phone) }

func (r Recipient) checkAddress() []errs.Field {
	var bad []errs.Field
	if r.City == "" {
		bad = append(bad, errs.Field{Name: "city", Key: "order.checkout.city"})
	}
	if r.Street == "" {
		bad = append(bad, errs.Field{Name: "street", Key: "order.checkout.street"})
	}
	if len(r.Postcode) != 6 || strings.Trim(r.Postcode, "0123456789") != "" {
		bad = append(bad, errs.Field{Name: "postcode", Key: "order.checkout.postcode"})
	}
	return bad
}

// validPhone reports whether a text is a phone number: eleven digits in Russia, eight to fifteen
// after a plus abroad (E.164), with the usual signs between.
func validPhone(s string) bool {
	n := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n++
		case r == '+' && i == 0, strings.ContainsRune(" -()\u00a0\u2011", r):
		default:
			return false
		}
	}
	if strings.HasPrefix(s, "+") && !strings.HasPrefix(s, "+7") {
		return n >= 8 && n <= 15
	}
	return n == 11
}

// plausibleEmail refuses what can be no mailbox; the letter that arrives is the real check.
func plausibleEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > 254 || strings.ContainsFunc(s, unicode.IsSpace) || strings.Count(s, "@") != 1 {
		return false
	}
	domain := s[at+1:]
	dot := strings.LastIndexByte(domain, '.')
	return dot > 0 && dot < len(domain)-1 && !strings.Contains(domain, "..") && !strings.ContainsAny(s, `"<>()[]\,;:`)
}

// Abroad reports whether the recipient lives in another country.
func (r Recipient) Abroad() bool { return destination.Abroad(r.Country) }

// Pays reports whether a way of payment works from where the recipient is: an invoice is paid by a transfer between
// Russian banks.
func (r Recipient) Pays(method string) bool { return !r.Abroad() || method != payment.InvoiceName }

// Payable are those of the ways of payment that work from where the recipient is.
func (r Recipient) Payable(list []payment.Method) []payment.Method {
	return slices.DeleteFunc(list, func(m payment.Method) bool { return !r.Pays(m.Code) })
}
