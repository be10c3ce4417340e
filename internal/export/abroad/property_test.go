package abroad_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// limits are rules about value alone: what is dearer does not pass.
type limits struct {
	rub, line money.Amount
	sdr       int64
}

func (l limits) stop(p *clearance.Parcel) bool {
	for _, line := range p.Lines {
		if line.Value > l.line {
			return true
		}
	}
	return p.ValueRUB > l.rub || p.ContractRUB > l.rub || p.Value > l.rub || p.ValueSDR > l.sdr
}

// Whatever is in the parcel and wherever the limits of value lie: what does not pass them whole is offered no other way,
// neither in several parcels nor by making it cheaper by one of its things; and what is offered holds all that was asked for, but for
// what is named as left out.
func TestNoAlternativePassesALimitOfValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		var items []abroad.Item
		w.passports = map[int64]goods.Passport{}
		for offer := range int64(rapid.IntRange(1, 4).Draw(rt, "kinds")) {
			p := ready(offer + 1)
			p.GrossGrams = rapid.Int64Range(1, 32_000).Draw(rt, "grams")
			p.LengthMM = rapid.Int64Range(10, 1800).Draw(rt, "mm")
			p.Abroad = rapid.IntRange(0, 5).Draw(rt, "offered") > 0
			w.passports[p.OfferID] = p
			items = append(items, item(p.OfferID, rapid.IntRange(1, 5).Draw(rt, "qty"), money.Amount(rapid.Int64Range(1, 500_000_00).Draw(rt, "price"))))
		}
		l := limits{rub: money.Amount(rapid.Int64Range(1, 3_000_000_00).Draw(rt, "rub")), line: money.Amount(rapid.Int64Range(1, 3_000_000_00).Draw(rt, "line")),
			sdr: rapid.Int64Range(1, 30_000_0000).Draw(rt, "sdr")}
		stopped := false
		w.Decide = func(_ context.Context, p *clearance.Parcel, day time.Time) (clearance.Decision, error) {
			d := clearance.Decision{Day: day.Format(time.DateOnly), Outcome: clearance.Pass}
			if l.stop(p) {
				stopped = true
				// The worst a rule can look like: it reads as if it were about the form, and so about weight.
				d.Outcome, d.Findings = clearance.Route, []clearance.Finding{{Step: 14, Outcome: clearance.Route, Then: "parcel", Rule: "value.limit"}}
			}
			return d, nil
		}
		ans := w.judge(t, "DE", items...)
		if ans.May() && stopped {
			rt.Fatalf("it may go although a limit stopped it: %+v", ans.Facts)
		}
		for _, alt := range ans.Alternatives {
			if p := whole(ans.Facts, items, alt.Removed); l.stop(&p) {
				rt.Fatalf("%d kopecks do not pass %+v, and yet this is offered: %+v", p.ValueRUB, l, alt)
			}
			same(rt, items, alt)
		}
	})
}

// whole is the parcel as it was asked about, with the worth of all of it, but for lines that are left out altogether: a
// thing that is itself too dear may stay here, and makes the rest no cheaper by that.
func whole(p clearance.Parcel, items, removed []abroad.Item) clearance.Parcel {
	var lines []clearance.Line
	for i, it := range items {
		if !slices.ContainsFunc(removed, func(r abroad.Item) bool { return r.OfferID == it.OfferID }) {
			lines = append(lines, p.Lines[i])
		}
	}
	p.Lines = lines
	return p
}

// same checks that an alternative and what it leaves out are together what was asked about, to the piece and the kopeck.
func same(t *rapid.T, items []abroad.Item, alt abroad.Alternative) {
	type sum struct {
		qty   int
		value money.Amount
	}
	got := map[int64]sum{}
	add := func(it abroad.Item) {
		got[it.OfferID] = sum{got[it.OfferID].qty + it.Qty, got[it.OfferID].value + it.Value}
	}
	for _, part := range alt.Parts {
		for _, it := range part {
			add(it)
		}
	}
	for _, it := range alt.Removed {
		add(it)
	}
	for _, it := range items {
		if got[it.OfferID] != (sum{it.Qty, it.Value}) {
			t.Fatalf("%s makes %v of %v", alt.Way, got[it.OfferID], it)
		}
		delete(got, it.OfferID)
	}
	if len(got) > 0 {
		t.Fatalf("%s adds %v", alt.Way, got)
	}
	if (alt.Way == abroad.Split) != (len(alt.Parts) > 1) || (alt.Way == abroad.Remove) != (len(alt.Removed) > 0) {
		t.Fatalf("%s with %d parts leaves out %d", alt.Way, len(alt.Parts), len(alt.Removed))
	}
}
