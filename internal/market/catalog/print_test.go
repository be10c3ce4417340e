package catalog

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/s2"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// What is cut out of a page is put back as it is on the day; a text that looks like a mark stays text.
func TestAPrintIsFilledOnTheDay(t *testing.T) {
	t.Parallel()
	ctx, g := withGaps(t.Context())
	mark := func(kind, n int) string {
		m, open := gap(ctx, kind, n)
		if !open {
			t.Fatal("nothing is left open")
		}
		return m
	}
	page := "<b>" + mark(gapSite, 0) + "/p</b> 01x2z " + i18n.Capital(mark(gapDay, 1)) + mark(gapDay, 12) + ", " + mark(gapFrom, 0) + mark(gapBelow, 0)
	text, holes, err := g.cut([]byte(page))
	if err != nil {
		t.Fatal(err)
	}
	p := &press{dict: s2.MakeDict([]byte("<b>a sample that is long enough</b>"), nil)}
	card, text, holes, err := p.decodePrint(p.encodePrint(7, text, holes), nil)
	if err != nil || card != 7 {
		t.Fatal(card, err)
	}
	f := filling{site: "https://a.test", below: []byte("<ul>"), lang: i18n.RU, now: time.Date(2026, 12, 30, 9, 0, 0, 0, time.UTC)}
	want := "<b>https://a.test/p</b> 01x2z Завтра11\u00a0января\u00a02027, 30\u00a0ноября<ul>"
	if diff := cmp.Diff(want, string(f.fill(nil, text, holes))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if _, _, err := g.cut([]byte(g.word + "9x1z")); err == nil {
		t.Error("a damaged mark was taken for a gap")
	}
	if _, open := gap(t.Context(), gapDay, 1); open {
		t.Error("a page for somebody has gaps")
	}
}

// Until a print fades, nothing that the page says of former prices changes, however the hours go by.
func TestNothingChangesBeforeAPrintFades(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		var history []Charged
		at := now.Add(-time.Duration(rapid.IntRange(0, 60*24).Draw(t, "first")) * time.Hour)
		for at.Before(now) {
			c := Charged{Price: money.Amount(rapid.IntRange(1, 5).Draw(t, "price")), From: at}
			if at = at.Add(time.Duration(rapid.IntRange(1, 40*24*60).Draw(t, "minutes")) * time.Minute); at.Before(now) {
				c.To = at
			}
			history = append(history, c)
		}
		if len(history) == 0 {
			return
		}
		today := history[len(history)-1].Price
		fade, told := fades(int64(today), history, now)
		if !told {
			return
		}
		end := fade
		if end.IsZero() {
			end = now.AddDate(0, 0, 70)
		}
		later := now.Add(time.Duration(rapid.Int64Range(0, int64(end.Sub(now))-1).Draw(t, "later")))
		if diff := cmp.Diff(Prove(today, history, now), Prove(today, history, later)); diff != "" {
			t.Errorf("what is proved changes by %s, and the print fades at %s\n%s", later, fade, diff)
		}
		if diff := cmp.Diff(DailyLow(history, now), DailyLow(history, later)); diff != "" {
			t.Errorf("the chart changes by %s, and the print fades at %s\n%s", later, fade, diff)
		}
	})
}
