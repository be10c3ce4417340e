package papers

import (
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// isCountry reports whether a code is a country the post knows.
func isCountry(code string) bool { return oksm.Of(code) != 0 }

// countryName is the English name of a country, as addresses end with it.
func countryName(code string) string { return oksm.Name(i18n.EN, code) }
