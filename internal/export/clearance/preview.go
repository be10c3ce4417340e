package clearance

import (
	"context"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// previewed is how many of the last parcels a preview asks.
const previewed = 1000

// Preview is what a version would change, told before it is published.
type Preview struct {
	Day    time.Time // whose rules were asked: today, or the day the version begins
	Asked  int
	Differ []Differing
}

// Differing is a parcel that would be decided about otherwise.
type Differing struct {
	Stored
	Before, After Decision
	Changes       []Change
}

// Preview decides about the last parcels with and without a version that is not published. It is refused, as by Publish,
// with what there is to mend.
func (s *Service) Preview(ctx context.Context, r Row) (pv Preview, err error) {
	defer errs.Wrap(&err, "clearance.Preview(%s)", key(r))
	lib, err := s.Library(ctx)
	if err != nil {
		return pv, err
	}
	next, err := lib.with(r, i18n.LangOf(ctx))
	if err != nil {
		return pv, err
	}
	pv.Day = dayOf(s.now())
	if r.Its().From.After(pv.Day) {
		pv.Day = r.Its().From
	}
	before, err := lib.On(pv.Day)
	if err != nil {
		return pv, err
	}
	after, err := next.On(pv.Day)
	if err != nil {
		return pv, err
	}
	rows, err := listLatest(ctx, s.db, previewed)
	if err != nil {
		return pv, err
	}
	kept, err := readAll(ctx, s.db, rows)
	if err != nil {
		return pv, err
	}
	pv.Asked = len(kept)
	for _, k := range kept {
		d := Differing{Stored: k, Before: before.Decide(&k.Facts), After: after.Decide(&k.Facts)}
		if d.Changes = sense(Compare(d.Before, d.After)); len(d.Changes) > 0 || d.Before.Outcome != d.After.Outcome || d.Before.Form != d.After.Form {
			pv.Differ = append(pv.Differ, d)
		}
	}
	return pv, nil
}

// sense leaves out what is only another version or source of the same finding.
func sense(changes []Change) []Change {
	plain := func(c Change) Finding {
		c.Version, c.Source, c.SourceEN, c.Status = 0, "", "", ""
		return c.Finding
	}
	return slices.DeleteFunc(slices.Clone(changes), func(c Change) bool {
		return slices.ContainsFunc(changes, func(other Change) bool { return other.Gone != c.Gone && plain(other) == plain(c) })
	})
}
