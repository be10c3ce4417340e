package destination

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/yarmarka/yarmarka/internal/platform/pdf"
)

// Postcodes of countries that we know the shape of (after the Unicode CLDR's postal code data); elsewhere any short word
// of Latin letters and digits will do, or none.
var postcodes = map[string]*regexp.Regexp{
	"AM": regexp.MustCompile(`^\d{4}$`), "AU": regexp.MustCompile(`^\d{4}$`), "AT": regexp.MustCompile(`^\d{4}$`),
	"BE": regexp.MustCompile(`^\d{4}$`), "BG": regexp.MustCompile(`^\d{4}$`), "BR": regexp.MustCompile(`^\d{5}-?\d{3}$`),
	"BY": regexp.MustCompile(`^\d{6}$`), "CA": regexp.MustCompile(`^[A-Z]\d[A-Z] ?\d[A-Z]\d$`), "CH": regexp.MustCompile(`^\d{4}$`),
	"CN": regexp.MustCompile(`^\d{6}$`), "CZ": regexp.MustCompile(`^\d{3} ?\d{2}$`), "DE": regexp.MustCompile(`^\d{5}$`),
	"DK": regexp.MustCompile(`^\d{4}$`), "EE": regexp.MustCompile(`^\d{5}$`), "ES": regexp.MustCompile(`^\d{5}$`),
	"FI": regexp.MustCompile(`^\d{5}$`), "FR": regexp.MustCompile(`^\d{5}$`),
	"GB": regexp.MustCompile(`^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$`), "GE": regexp.MustCompile(`^\d{4}$`), "GR": regexp.MustCompile(`^\d{3} ?\d{2}$`),
	"HR": regexp.MustCompile(`^\d{5}$`), "HU": regexp.MustCompile(`^\d{4}$`), "IL": regexp.MustCompile(`^\d{5}(\d{2})?$`),
	"IN": regexp.MustCompile(`^\d{6}$`), "IT": regexp.MustCompile(`^\d{5}$`), "JP": regexp.MustCompile(`^\d{3}-?\d{4}$`),
	"KG": regexp.MustCompile(`^\d{6}$`), "KR": regexp.MustCompile(`^\d{5}$`), "KZ": regexp.MustCompile(`^(\d{6}|[A-Z]\d{2}[A-Z]\d[A-Z]\d)$`),
	"LT": regexp.MustCompile(`^(LT-?)?\d{5}$`), "LV": regexp.MustCompile(`^(LV-?)?\d{4}$`), "NL": regexp.MustCompile(`^\d{4} ?[A-Z]{2}$`),
	"NO": regexp.MustCompile(`^\d{4}$`), "PL": regexp.MustCompile(`^\d{2}-?\d{3}$`), "PT": regexp.MustCompile(`^\d{4}-?\d{3}$`),
	"RO": regexp.MustCompile(`^\d{6}$`), "RS": regexp.MustCompile(`^\d{5}$`), "SE": regexp.MustCompile(`^\d{3} ?\d{2}$`),
	"SI": regexp.MustCompile(`^\d{4}$`), "SK": regexp.MustCompile(`^\d{3} ?\d{2}$`), "TR": regexp.MustCompile(`^\d{5}$`),
	"US": regexp.MustCompile(`^\d{5}(-\d{4})?$`), "UZ": regexp.MustCompile(`^\d{6}$`),
}

var anyPostcode = regexp.MustCompile(`^([A-Z0-9][A-Z0-9 -]{0,11})?$`)

// GoodPostcode reports whether a text can be a postcode of a country.
func GoodPostcode(country, text string) bool {
	text = strings.ToUpper(strings.TrimSpace(text))
	if form, ok := postcodes[country]; ok {
		return form.MatchString(text)
	}
	return anyPostcode.MatchString(text)
}

// Latin reports whether a text can be printed on a form that the whole world reads: Latin letters, which forms write
// without their accents where they must, digits, and the signs that their fonts have.
func Latin(text string) bool { return written(text, unicode.Latin) }

// LatinOrCyrillic is what a form inside the union may be written in.
func LatinOrCyrillic(text string) bool { return written(text, unicode.Latin, unicode.Cyrillic) }

func written(text string, scripts ...*unicode.RangeTable) bool {
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			if !unicode.In(r, scripts...) {
				return false
			}
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r): // accents and joiners
		case !pdf.CanShow(r):
			return false
		}
	}
	return true
}

// GoodPhone reports whether a text is a phone number with the code of its country (E.164): a plus and 8 to 15 digits, with
// the usual signs between.
func GoodPhone(text string) bool {
	text = strings.TrimSpace(text)
	digits := 0
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, strings.ContainsRune(" -()\u00a0\u2011./", r):
		default:
			return false
		}
	}
	return strings.HasPrefix(text, "+") && digits >= 8 && digits <= 15
}
