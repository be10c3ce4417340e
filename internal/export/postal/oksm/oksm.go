// Package oksm knows countries as the post does: by the numbers of the all-Russian classifier, which are those of ISO 3166
// too, with their names in Russian and in English.
package oksm

import (
	_ "embed"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

//go:embed countries.csv
var countriesCSV string // from datasets/country-codes (ODC-PDDL)

type country struct {
	alpha2, ru, en string
	oksm           int
}

var countries, countryByNumber = readCountries(countriesCSV)

func readCountries(text string) (map[string]country, map[int]string) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic("oksm: countries.csv: " + err.Error())
	}
	byCode, byNumber := make(map[string]country, len(rows)), make(map[int]string, len(rows))
	for _, row := range rows[1:] {
		number, err := strconv.Atoi(row[1])
		if err != nil {
			panic("oksm: countries.csv: " + row[1])
		}
		byCode[row[0]] = country{alpha2: row[0], oksm: number, ru: row[2], en: row[3]}
		byNumber[number] = row[0]
	}
	return byCode, byNumber
}

// Of is the number the post knows a country by, which is its ISO 3166 numeric code too; 0 for what is no country.
func Of(alpha2 string) int { return countries[alpha2].oksm }

// Country is the ISO 3166 alpha-2 code of an OKSM number, "" of one that is not given out.
func Country(oksm int) string { return countryByNumber[oksm] }

// Name names a country in a language; an unknown code is its own name.
func Name(lang i18n.Lang, alpha2 string) string {
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
