package money_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Whatever is read as money is an amount that writes itself and is read again as the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0", "10,50", "10.5", "1 234,56", "1\u00a0234", "-1", "1e309", "NaN", "9223372036854775807", "92233720368547758.07", "１", "٣", "0x10", "1,234.5", "₽ 100", ".5", "5.", "00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := money.Parse(text)
		if err != nil {
			return
		}
		if a < 0 {
			t.Fatalf("%q is %d", text, a)
		}
		if again, err := money.Parse(money.Decimal(a)); err != nil || again != a {
			t.Fatalf("%q is %d, written %q, read %d, %v", text, a, money.Decimal(a), again, err)
		}
	})
}
