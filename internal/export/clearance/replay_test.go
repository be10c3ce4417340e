package clearance_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

func TestReplayGivesTheSameByWhatWasKnownAndSaysWhatDiffersByAnotherDay(t *testing.T) {
	t.Parallel()
	db, s := seeded(t)
	p := towel
	p.Lines = []clearance.Line{towel.Lines[0]}
	p.Lines[0].HS, p.Lines[0].Text, p.Lines[0].YearMade = "442019", "Painted wooden box", 2020
	d, err := s.Decide(t.Context(), &p, day)
	if err != nil {
		t.Fatal(err)
	}
	record(t, db, clearance.Subject{Kind: clearance.KindParcel, Number: "P-7", SellerID: 1, Moment: clearance.AtCheckout}, &p, d)
	before := time.Date(2022, 4, 8, 0, 0, 0, 0, time.UTC) // the day before the EU's ban began
	h, err := s.Replay(t.Context(), "P-7", before)
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Decisions) != 1 || !h.Chain.Whole() || h.Chain.Links != 1 {
		t.Fatalf("%d decisions, %+v", len(h.Decisions), h.Chain)
	}
	r := h.Decisions[0]
	if diff := cmp.Diff(d, r.Known, cmpopts.IgnoreUnexported(clearance.Finding{}), cmpopts.IgnoreFields(clearance.Decision{}, "Book")); diff != "" {
		t.Errorf("by what was known then (-kept +again):\n%s", diff)
	}
	if d.Outcome != clearance.Refused || r.Again.Outcome != clearance.Pass {
		t.Errorf("%s, and the day before the ban %s\n%s", d.Outcome, r.Again.Outcome, found(r.Again))
	}
	gone := clearance.Compare(r.Decision, r.Again)
	if !hasChange(gone, "import.eu-833", true) {
		t.Errorf("what differs does not name the ban: %+v", gone)
	}
	record(t, db, clearance.Subject{Kind: clearance.KindCheckout, Number: "P-7-1", SellerID: 1, Moment: clearance.AtCheckout}, &p, d)
	record(t, db, clearance.Subject{Kind: clearance.KindParcel, Number: "P-77", SellerID: 1, Moment: clearance.AtPacking}, &p, d)
	if h, err = s.Replay(t.Context(), "P-7", before); err != nil || len(h.Decisions) != 2 || h.Decisions[1].Number != "P-7-1" || !h.Chain.Whole() {
		t.Errorf("what continues the number: %+v, %v", h, err)
	}
	if _, err := s.Replay(t.Context(), "P-8", before); !errs.Is(err, errs.NotFound) {
		t.Errorf("a number nobody decided about: %v", err)
	}
}

func hasChange(list []clearance.Change, rule string, gone bool) bool {
	for _, c := range list {
		if c.Rule == rule && c.Gone == gone {
			return true
		}
	}
	return false
}
