package catalog

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode"

	"github.com/yarmarka/yarmarka/internal/platform/slug"
)

// BrandSlug names a brand in addresses: by its letters, or by a sum of its norm when none of them has a Latin form.
func BrandSlug(name, norm string) string {
	if s := slug.Make(name, 60); s != "" {
		return s
	}
	h := fnv.New32a()
	h.Write([]byte(norm))
	return "brand-" + strconv.FormatUint(uint64(h.Sum32()), 36)
}

// BrandNorm folds a brand for matching: lower case, ё as е, letters and digits only.
func BrandNorm(name string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); {
		case r == 'ё':
			return 'е'
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return r
		}
		return -1
	}, name)
}
