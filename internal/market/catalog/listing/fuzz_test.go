package listing

import "testing"

func FuzzParseNumber(f *testing.F) {
	for _, seed := range []string{"1", "1,5", "-3", "1e309", "NaN", "1/2", "１", "0x10", "1.2.3", "  7 "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if number, ok := ParseNumber(text); ok {
			if again, ok := ParseNumber(number); !ok || again != number {
				t.Fatalf("%q is %q, then %q", text, number, again)
			}
		}
	})
}
