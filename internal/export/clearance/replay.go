package clearance

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Replayed is a kept decision, made again from its facts.
type Replayed struct {
	Stored
	// Known is what comes out of the same facts on the same day by what was known when it was made. Kept and Known are
	// one, unless the record was tampered with or the program itself decides otherwise today.
	Known Decision
	// Again is what comes out by the rules of another day, as they are known now.
	Again Decision
}

// History is everything that was decided about a number.
type History struct {
	Chain     Chain
	Decisions []Replayed
}

// Replay decides again about everything that was kept under a number, as a parcel, a basket or a listing, and under the
// numbers that continue it, as those of a purchase's orders and parcels do: by what was
// known then, and by the rules of a day. A zero day is each decision's own.
func (s *Service) Replay(ctx context.Context, number string, day time.Time) (h History, err error) {
	defer errs.Wrap(&err, "clearance.Replay(%s)", number)
	lib, err := s.Library(ctx)
	if err != nil {
		return h, err
	}
	under, err := listUnder(ctx, s.db, number)
	if err != nil {
		return h, err
	}
	for _, u := range under {
		list, err := Of(ctx, s.db, u.Kind, u.Number)
		if err != nil {
			return h, err
		}
		chain, err := Verify(ctx, s.db, u.Kind, u.Number)
		if err != nil {
			return h, err
		}
		h.Chain.Links += chain.Links
		h.Chain.Broken = append(h.Chain.Broken, chain.Broken...)
		for _, kept := range list {
			r, err := lib.replay(kept, day)
			if err != nil {
				return h, err
			}
			h.Decisions = append(h.Decisions, r)
		}
	}
	if len(h.Decisions) == 0 {
		return h, errs.New(errs.NotFound, "error.not_found")
	}
	return h, nil
}

func (lib *Library) replay(kept Stored, day time.Time) (Replayed, error) {
	r := Replayed{Stored: kept}
	then, err := lib.known(kept.Day, kept.At)
	if err != nil {
		return r, err
	}
	if day.IsZero() {
		day = kept.Day
	}
	again, err := lib.On(dayOf(day))
	if err != nil {
		return r, err
	}
	r.Known, r.Again = then.Decide(&kept.Facts), again.Decide(&kept.Facts)
	return r, nil
}

// Change is a finding that only one of two decisions has.
type Change struct {
	Gone bool // the first has it; otherwise the second
	Finding
}

// Compare lists what differs between two decisions about the same facts, step by step and line by line: first what is
// gone, then what came. A step that nothing spoke on is no finding.
func Compare(a, b Decision) []Change {
	var changes []Change
	only := func(of, in []Finding, gone bool) {
		for _, f := range of {
			f.rank = 0
			if f.Rule != "" && !slices.ContainsFunc(in, func(g Finding) bool { g.rank = 0; return g == f }) {
				changes = append(changes, Change{gone, f})
			}
		}
	}
	only(a.Findings, b.Findings, true)
	only(b.Findings, a.Findings, false)
	slices.SortStableFunc(changes, func(x, y Change) int { return cmp.Or(cmp.Compare(x.Step, y.Step), cmp.Compare(x.Line, y.Line)) })
	return changes
}
