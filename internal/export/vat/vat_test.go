package vat_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/vat"
)

func TestQuarters(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]string{"2026-01-01": "2026-1", "2026-03-31": "2026-1", "2026-04-01": "2026-2", "2026-12-31": "2026-4"} {
		if got := vat.QuarterOf(date(day)); got.String() != want {
			t.Errorf("%s is in %s, want %s", day, got, want)
		}
	}
	if q := (vat.Quarter{Year: 2026, N: 4}); q.First() != date("2026-10-01") || q.End() != date("2027-01-01") {
		t.Errorf("%s lasts from %s to %s", q, q.First(), q.End())
	}
	for text, want := range map[string]bool{"2026-4": true, "2026-5": false, "2026-0": false, "26-1": false, "2026-04": false, "": false, "2026-4x": false, "-1-1": false} {
		if _, got := vat.ParseQuarter(text); got != want {
			t.Errorf("%q is read: %v", text, got)
		}
	}
}

func TestTheDays(t *testing.T) {
	t.Parallel()
	term := vat.Term{Known: true, Days: 180, Warning: 150}
	for _, c := range []struct {
		today string
		filed bool
		want  vat.Standing
		left  int
	}{
		{"2026-11-04", false, vat.Open, 180}, {"2027-04-02", false, vat.Open, 31}, {"2027-04-03", false, vat.Soon, 30}, {"2027-05-03", false, vat.Soon, 0},
		{"2027-05-04", false, vat.Late, -1}, {"2027-05-04", true, vat.Filed, 0},
	} {
		got := term.Count(date("2026-11-04"), date(c.today), c.filed)
		if got.Standing != c.want || got.Left != c.left {
			t.Errorf("on %s: %+v, want %s with %d days", c.today, got, c.want, c.left)
		}
	}
	if got := (vat.Term{}).Count(date("2026-11-04"), date("2026-11-05"), false); got.Standing != vat.Unknown {
		t.Errorf("counted without a figure: %+v", got)
	}
}

// However the days fall, they end once: what is late stays late, and the warning comes before the end.
func TestTheDaysOnlyRunDown(t *testing.T) {
	t.Parallel()
	order := map[vat.Standing]int{vat.Open: 0, vat.Soon: 1, vat.Late: 2}
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(1, 400).Draw(t, "days")
		term := vat.Term{Known: true, Days: days, Warning: rapid.IntRange(0, days).Draw(t, "warning")}
		released := date("2026-01-01").AddDate(0, 0, rapid.IntRange(0, 800).Draw(t, "released"))
		last := 0
		for i := range days + 3 {
			c := term.Count(released, released.AddDate(0, 0, i), false)
			if order[c.Standing] < last || c.Left != days-i {
				t.Fatalf("day %d of %+v: %+v", i, term, c)
			}
			last = order[c.Standing]
		}
		if last != 2 {
			t.Fatalf("never late: %+v", term)
		}
	})
}
