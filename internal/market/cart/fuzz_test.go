package cart

import (
	"strconv"
	"testing"
)

// A quantity is plain digits within bounds, or refused.
func FuzzParseQty(f *testing.F) {
	for _, seed := range []string{"1", "0", "-1", "1.5", "1e2", "2147483648", "9223372036854775808", "１", " 3 ", "٣", "3 шт", "007", "+5", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseQty(text)
		if err != nil {
			return
		}
		if plain, perr := strconv.Atoi(text); n < 1 || n > MaxQty || perr != nil || plain != n {
			t.Fatalf("%q is %d", text, n)
		}
	})
}
