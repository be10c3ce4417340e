package papers

import (
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// countries caches the English names by ISO 3166 code: the table behind display is read slowly.
var countries sync.Map

// countryName is the English name of a country as addresses end with it, or nothing for no country.
func countryName(code string) string {
	if name, ok := countries.Load(code); ok {
		return name.(string)
	}
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() || region.String() != code {
		return ""
	}
	name := display.English.Regions().Name(region)
	countries.Store(code, name)
	return name
}
