package clearance_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func now() time.Time { return day.Add(10 * time.Hour) }

// seeded is a database with the rules of the files and two shops, 1 and 2.
func seeded(t testing.TB) (*pgxpool.Pool, *clearance.Service) {
	t.Helper()
	db := dbtest.New(t)
	files, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	if err := clearance.Seed(t.Context(), db, files); err != nil {
		t.Fatal(err)
	}
	for id := 1; id <= 2; id++ {
		_, err := db.Exec(t.Context(), `insert into sellers (id, slug, name, status) overriding system value values ($1, $2, $2, 'open')`, id, fmt.Sprintf("shop-%d", id))
		if err != nil {
			t.Fatal(err)
		}
	}
	return db, clearance.New(db, now)
}

var towel = clearance.Parcel{Number: "P-1", Service: "small_packet", Contents: "goods", Country: "DE", SellerKind: "company", GrossGrams: 300,
	Currency: "RUB", Value: 150000, ValueRUB: 150000, ValueSDR: 150000, Persons: []string{"OOO Len", "Erika Mustermann"},
	Lines: []clearance.Line{{SKU: "T", HS: "630260", Sure: true, Text: "Linen kitchen towel, woven", TextRU: "Полотенце льняное", Quantity: 1,
		NetGrams: 250, Value: 150000, Origin: "RU", Material: "linen", YearMade: 2026, Mass: true}}}

func record(t testing.TB, db *pgxpool.Pool, s clearance.Subject, p *clearance.Parcel, d clearance.Decision) int64 {
	t.Helper()
	var id int64
	err := pg.InTx(t.Context(), db, func(tx pgx.Tx) (err error) {
		id, err = clearance.Record(t.Context(), tx, s, p, d)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestADecisionIsKeptAsItWasMade(t *testing.T) {
	t.Parallel()
	db, s := seeded(t)
	d, err := s.Decide(t.Context(), &towel, day)
	if err != nil {
		t.Fatal(err)
	}
	subject := clearance.Subject{Kind: clearance.KindParcel, Number: "P-1", SellerID: 1, Moment: clearance.AtCheckout}
	id := record(t, db, subject, &towel, d)
	got, err := clearance.ByID(t.Context(), db, id)
	if err != nil {
		t.Fatal(err)
	}
	facts := towel
	facts.Persons = clearance.Screened(towel.Persons)
	want := clearance.Stored{ID: id, Subject: subject, Place: 1, Day: day, Outcome: d.Outcome, Rules: d.Used(), Facts: facts, Decision: d}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(clearance.Stored{}, "At", "Hash"), cmpopts.IgnoreUnexported(clearance.Finding{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again, err := s.Decide(t.Context(), &got.Facts, got.Day)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, again, cmpopts.IgnoreUnexported(clearance.Finding{})); diff != "" {
		t.Errorf("the same facts on the same day (-first +again):\n%s", diff)
	}
}

// Nobody changes a decision by the ordinary way, and who does it past the trigger is found.
func TestATamperedDecisionIsFound(t *testing.T) {
	t.Parallel()
	for name, tamper := range map[string]string{
		"facts":     `update export_decisions set facts = jsonb_set(facts, '{value}', '1') where place = 2`,
		"decision":  `update export_decisions set decision = jsonb_set(decision, '{outcome}', '"refused"') where place = 2`,
		"rules":     `update export_decisions set rules = '{}' where place = 2`,
		"day":       `update export_decisions set decided_on = decided_on - 1 where place = 2`,
		"rehashed":  `update export_decisions d set outcome = 'refused', hash = '\x00' where place = 2`,
		"taken out": `delete from export_decisions where place = 2`,
		"first out": `delete from export_decisions where place = 1`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, s := seeded(t)
			d, err := s.Decide(t.Context(), &towel, day)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				record(t, db, clearance.Subject{Kind: clearance.KindParcel, Number: "P-1", SellerID: 1, Moment: clearance.AtPacking}, &towel, d)
			}
			if c, err := clearance.Verify(t.Context(), db, clearance.KindParcel, "P-1"); err != nil || !c.Whole() || c.Links != 3 {
				t.Fatalf("before: %+v, %v", c, err)
			}
			if _, err := db.Exec(t.Context(), tamper); err == nil {
				t.Error("the table let it happen")
			}
			if _, err := db.Exec(t.Context(), `alter table export_decisions disable trigger export_decisions_are_kept`); err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(t.Context(), tamper); err != nil {
				t.Fatal(err)
			}
			if c, err := clearance.Verify(t.Context(), db, clearance.KindParcel, "P-1"); err != nil || c.Whole() {
				t.Errorf("after: %+v, %v", c, err)
			}
		})
	}
}

// However many record at once, about however few subjects, every chain is whole and has a place for each.
func TestChainsGrowWholeUnderARace(t *testing.T) {
	t.Parallel()
	db, s := seeded(t)
	d, err := s.Decide(t.Context(), &towel, day)
	if err != nil {
		t.Fatal(err)
	}
	const writers, each = 8, 6
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				subject := clearance.Subject{Kind: clearance.KindParcel, Number: fmt.Sprintf("P-%d", i%2), SellerID: int64(1 + w%2), Moment: clearance.AtPacking}
				if err := pg.InTx(context.Background(), db, func(tx pgx.Tx) error {
					_, err := clearance.Record(context.Background(), tx, subject, &towel, d)
					return err
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	links := 0
	for _, number := range []string{"P-0", "P-1"} {
		c, err := clearance.Verify(t.Context(), db, clearance.KindParcel, number)
		if err != nil || !c.Whole() {
			t.Errorf("%s: %+v, %v", number, c, err)
		}
		links += c.Links
	}
	if links != writers*each {
		t.Errorf("%d links of %d", links, writers*each)
	}
}

// Whatever facts are recorded, in whatever order, come back as they were, and the chain is whole.
func TestChainProperty(t *testing.T) {
	t.Parallel()
	db, s := seeded(t)
	chains := 0
	rapid.Check(t, func(rt *rapid.T) {
		chains++
		number := fmt.Sprintf("R-%d", chains)
		var want []clearance.Parcel
		for range rapid.IntRange(1, 5).Draw(rt, "decisions") {
			p := towel
			p.Country = rapid.SampledFrom([]string{"DE", "KZ", "US", "RS"}).Draw(rt, "country")
			p.GrossGrams = rapid.Int64Range(0, 40000).Draw(rt, "grams")
			p.Lines = []clearance.Line{towel.Lines[0]}
			p.Lines[0].Text = rapid.StringMatching(`[a-zа-яё"'\\ <>&\n]{0,20}`).Draw(rt, "text")
			p.Persons = nil
			d, err := s.Decide(context.Background(), &p, day)
			if err != nil {
				rt.Fatal(err)
			}
			record(t, db, clearance.Subject{Kind: clearance.KindParcel, Number: number, SellerID: 1, Moment: clearance.AtPacking}, &p, d)
			want = append(want, p)
		}
		list, err := clearance.Of(context.Background(), db, clearance.KindParcel, number)
		if err != nil {
			rt.Fatal(err)
		}
		got := make([]clearance.Parcel, len(list))
		for i := range list {
			got[i] = list[i].Facts
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatalf("(-recorded +kept):\n%s", diff)
		}
		if c, err := clearance.Verify(context.Background(), db, clearance.KindParcel, number); err != nil || !c.Whole() || c.Links != len(want) {
			rt.Fatalf("%+v, %v", c, err)
		}
	})
}
