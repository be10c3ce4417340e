package clearance_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Decisions that are recorded together stand in the chains of their subjects as if each had come alone, and are found by
// their ids.
func TestDecisionsAreRecordedTogether(t *testing.T) {
	t.Parallel()
	db, s := seeded(t)
	d, err := s.Decide(t.Context(), &towel, day)
	if err != nil {
		t.Fatal(err)
	}
	together := func(moment string) (ids []int64) {
		var list []clearance.Judged
		for n := range 5 {
			p := towel
			p.Number = fmt.Sprintf("P-%d", n)
			list = append(list, clearance.Judged{Subject: clearance.Subject{Kind: clearance.KindParcel, Number: p.Number, SellerID: int64(1 + n%2), Moment: moment}, Facts: &p, Decision: d})
		}
		if err := pg.InTx(t.Context(), db, func(tx pgx.Tx) (err error) {
			ids, err = clearance.RecordAll(t.Context(), tx, list)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return ids
	}
	first, second := together(clearance.AtPacking), together(clearance.AtPosting)
	found, err := clearance.ByIDs(t.Context(), db, append(first, second...))
	if err != nil || len(found) != 10 {
		t.Fatalf("%d found, %v", len(found), err)
	}
	for n := range 5 {
		number := fmt.Sprintf("P-%d", n)
		a, b := found[first[n]], found[second[n]]
		if a.Number != number || b.Number != number || a.Place != 1 || b.Place != 2 || a.SellerID != int64(1+n%2) || b.Moment != clearance.AtPosting {
			t.Errorf("%s: %+v and %+v", number, a.Subject, b.Subject)
		}
		alone, err := clearance.ByID(t.Context(), db, second[n])
		if diff := cmp.Diff(alone, b, cmpopts.IgnoreUnexported(clearance.Finding{})); err != nil || diff != "" {
			t.Errorf("%s: %v -alone +together\n%s", number, err, diff)
		}
		if c, err := clearance.Verify(t.Context(), db, clearance.KindParcel, number); err != nil || c.Links != 2 || !c.Whole() {
			t.Errorf("%s: %+v, %v", number, c, err)
		}
	}
	twice := clearance.Judged{Subject: clearance.Subject{Kind: clearance.KindParcel, Number: "P-9", SellerID: 1, Moment: clearance.AtPacking}, Facts: &towel, Decision: d}
	err = pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
		_, err := clearance.RecordAll(t.Context(), tx, []clearance.Judged{twice, twice})
		return err
	})
	if err == nil {
		t.Error("a subject was decided about twice at once")
	}
}
