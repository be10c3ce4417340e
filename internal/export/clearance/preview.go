package clearance

import (
	"context"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
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

// preview decides about the last parcels with and without a version that is not published.
func (s *Service) preview(ctx context.Context, r row) (pv Preview, err error) {
	defer errs.Wrap(&err, "clearance.preview(%s)", key(r))
	lib, err := s.Library(ctx)
	if err != nil {
		return pv, err
	}
	next, err := lib.with(r)
	if err != nil {
		return pv, err
	}
	pv.Day = dayOf(s.now())
	if r.its().From.After(pv.Day) {
		pv.Day = r.its().From
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
	kept, err := readAll(rows)
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

// PreviewRule says which of the last parcels would be decided about otherwise if a version of a rule were published.
func (s *Service) PreviewRule(ctx context.Context, r Rule) (Preview, error) {
	return s.preview(ctx, &r)
}

// PreviewTable is PreviewRule for a list or a figure.
func (s *Service) PreviewTable(ctx context.Context, d Dated) (Preview, error) {
	return s.preview(ctx, &d)
}

// sense leaves out what is only another version or source of the same finding.
func sense(changes []Change) []Change {
	plain := func(c Change) Finding {
		c.Version, c.Source, c.Status = 0, "", ""
		return c.Finding
	}
	return slices.DeleteFunc(slices.Clone(changes), func(c Change) bool {
		return slices.ContainsFunc(changes, func(other Change) bool { return other.Gone != c.Gone && plain(other) == plain(c) })
	})
}
