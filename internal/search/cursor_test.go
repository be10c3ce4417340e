package search

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

func TestCursorsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Params{Q: rapid.String().Draw(t, "q"), Sort: Cheap}
		at := position{rapid.Int64().Draw(t, "key"), rapid.Uint32().Draw(t, "doc")}
		p.After = encodeCursor(p, at)
		got, err := decodeCursor(p)
		if err != nil || got != at {
			t.Fatalf("%v came back as %v, %v", at, got, err)
		}
	})
}

func FuzzDecodeCursor(f *testing.F) {
	f.Add(encodeCursor(Params{}, position{5, 7}))
	f.Add("AAAA")
	f.Add("%%%")
	f.Add("Ag0000\n\n\n\n\n\n\n0000000000") // base64 passes over line breaks: right in length, short within
	f.Fuzz(func(t *testing.T, after string) {
		if _, err := decodeCursor(Params{After: after}); err != nil && !errs.Is(err, errs.BadRequest) {
			t.Fatalf("decodeCursor(%q) = %v", after, err)
		}
	})
}
