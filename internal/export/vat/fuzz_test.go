package vat_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/export/vat"
)

// What stands in an address for a quarter is one, written in the one way it is written, or none.
func FuzzParseQuarter(f *testing.F) {
	for _, seed := range []string{"2026-4", "2026-5", "2026-04", "-2026-1", "2026--1", " 2026-1", "2026-1x", "99999999999999999999-1", "２０２６-1", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if q, ok := vat.ParseQuarter(text); ok && (q.String() != text || q.N < 1 || q.N > 4 || q.Year < 2000) {
			t.Fatalf("%q is %v", text, q)
		}
	})
}
