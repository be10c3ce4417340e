package papers

import (
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// isCountry reports whether a code is a country the post knows.
func isCountry(code string) bool { return postal.OKSM(code) != 0 }

// countryName is the English name of a country, as addresses end with it.
func countryName(code string) string { return postal.CountryName(i18n.EN, code) }
