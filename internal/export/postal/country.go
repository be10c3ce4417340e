package postal

import (
	_ "embed"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/postal/office"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

//go:embed data/countries.csv
var countriesCSV string // from datasets/country-codes (ODC-PDDL)

type country struct {
	alpha2, ru, en string
	oksm           int
}

var countries, countryByNumber = readCountries(countriesCSV)

func readCountries(text string) (map[string]country, map[int]string) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic("postal: countries.csv: " + err.Error())
	}
	byCode, byNumber := make(map[string]country, len(rows)), make(map[int]string, len(rows))
	for _, row := range rows[1:] {
		number, err := strconv.Atoi(row[1])
		if err != nil {
			panic("postal: countries.csv: " + row[1])
		}
		byCode[row[0]] = country{alpha2: row[0], oksm: number, ru: row[2], en: row[3]}
		byNumber[number] = row[0]
	}
	return byCode, byNumber
}

// OKSM is the number the post knows a country by, which is its ISO 3166 numeric code too; 0 for what is no country.
func OKSM(alpha2 string) int { return countries[alpha2].oksm }

// CountryOf is the ISO 3166 alpha-2 code of an OKSM number, "" of one that is not given out.
func CountryOf(oksm int) string { return countryByNumber[oksm] }

// CountryName names a country in a language; an unknown code is its own name.
func CountryName(lang i18n.Lang, alpha2 string) string {
	c, ok := countries[alpha2]
	switch {
	case !ok:
		return alpha2
	case lang == i18n.RU:
		return c.ru
	}
	return c.en
}

// Countries lists the ISO 3166 alpha-2 codes of all countries, in order.
func Countries() []string { return slices.Sorted(maps.Keys(countries)) }

// CheckPostcode refuses a postcode at which no parcel can be handed in.
func CheckPostcode(postcode string) error {
	if o, ok := office.Find(postcode); !ok || !o.Takes() {
		return errs.New(errs.Invalid, "postal.postcode", "postcode", postcode)
	}
	return nil
}
