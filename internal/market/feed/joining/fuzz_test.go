package joining

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// A row that a form names is one that can be looked for, or none.
func FuzzParseRow(f *testing.F) {
	for _, seed := range []string{"1:A-2", "1:", ":A", "-1:A", "1:a:b", "9223372036854775808:A", "1:\x00", "1:\xff", "+1:A", "１:A"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		row, err := parseRow(value)
		if err == nil && (row.VariantID <= 0 || row.SKU == "" || !utf8.ValidString(row.SKU) || strings.ContainsRune(row.SKU, 0)) || err != nil && errs.KindOf(err) != errs.NotFound {
			t.Fatalf("%q is %+v, %v", value, row, err)
		}
	})
}
