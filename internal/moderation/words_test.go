package moderation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/web/ui"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	old, now := compare("Чайник, фарфор, 700 мл", "Чайник, фарфор, 900 мл")
	wantOld := []ui.Part{{Text: "Чайник, фарфор, "}, {Kind: "del", Text: "700"}, {Text: " мл"}}
	wantNow := []ui.Part{{Text: "Чайник, фарфор, "}, {Kind: "ins", Text: "900"}, {Text: " мл"}}
	if diff := cmp.Diff(wantOld, old); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantNow, now); diff != "" {
		t.Error(diff)
	}
}

// Whatever is marked, each side reads as it was written.
func TestCompareKeepsTheTexts(t *testing.T) {
	t.Parallel()
	text := rapid.StringOfN(rapid.RuneFrom([]rune("аб 7,.\n")), 0, 40, -1)
	join := func(parts []ui.Part) string {
		var b strings.Builder
		for _, p := range parts {
			b.WriteString(p.Text)
		}
		return b.String()
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		old, now := compare(a, b)
		if join(old) != a || join(now) != b {
			t.Fatalf("%q became %q, %q became %q", a, join(old), b, join(now))
		}
	})
}
