package seller_test

import (
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/seller"
)

// Numbers of the register are digits and nothing else.
func FuzzRegisterNumbers(f *testing.F) {
	for _, seed := range []string{"500100732259", "304500116000157", "7707083893", "1027700132195", "", "０", "50010073225９", "-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if (seller.CheckINN(text) || seller.CheckOGRN(text)) && (text == "" || strings.Trim(text, "0123456789") != "") {
			t.Fatalf("%q is a number of the register", text)
		}
	})
}
