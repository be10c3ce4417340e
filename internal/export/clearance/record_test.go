package clearance_test

import (
	"context"
	"fmt"
	"slices"
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
		"unbound":   `update export_decisions set book = null where place = 2`,
		"rebound":   `insert into export_books (digest, body) values (sha256('{}'), '{}'); update export_decisions set book = sha256('{}') where place = 2`,
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

// What a decision shares with all others by the same book is kept once, and comes back whole; a decision that its book
// does not complete is kept whole itself.
func TestADecisionIsKeptLeanAndReadWhole(t *testing.T) {
	t.Parallel()
	db, s := seeded(t)
	d, err := s.Decide(t.Context(), &towel, day)
	if err != nil {
		t.Fatal(err)
	}
	noted := d
	noted.Findings = append(slices.Clone(d.Findings), clearance.Finding{Step: 20, Outcome: clearance.Needs, Then: "waived"})
	unkept := d
	unkept.Book = ""
	subject := clearance.Subject{Kind: clearance.KindParcel, Number: "P-1", SellerID: 1, Moment: clearance.AtPacking}
	for _, recorded := range []clearance.Decision{d, noted, unkept} {
		record(t, db, subject, &towel, recorded)
	}
	kept, err := clearance.Of(t.Context(), db, clearance.KindParcel, "P-1")
	if err != nil {
		t.Fatal(err)
	}
	noted.Book = ""
	for i, want := range []clearance.Decision{d, noted, unkept} {
		if diff := cmp.Diff(want, kept[i].Decision, cmpopts.IgnoreUnexported(clearance.Finding{})); diff != "" {
			t.Errorf("%d (-recorded +read):\n%s", i+1, diff)
		}
	}
	var bound, books, lean, full int
	if err := db.QueryRow(t.Context(), `select count(book), (select count(*) from export_books), min(pg_column_size(d.*)), max(pg_column_size(d.*)) from export_decisions d`).Scan(&bound, &books, &lean, &full); err != nil {
		t.Fatal(err)
	}
	if bound != 1 || books != 1 || lean > 2000 {
		t.Errorf("%d of 3 name %d books; the lean one has %d bytes, the whole one %d", bound, books, lean, full)
	}
	if c, err := clearance.Verify(t.Context(), db, clearance.KindParcel, "P-1"); err != nil || !c.Whole() || c.Links != 3 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := db.Exec(t.Context(), `update export_books set body = '{}'`); err == nil {
		t.Error("a book may be changed")
	}
}

// Another copy of the program kept this one: its book is read from the database.
func TestADecisionOfABookThatThisProcessNeverReadIsWhole(t *testing.T) {
	t.Parallel()
	db, _ := seeded(t)
	_, err := db.Exec(t.Context(), `
		with b as (insert into export_books (digest, body) select sha256(body), body from (select convert_to($1, 'UTF8') as body) x returning digest)
		insert into export_decisions (kind, number, seller_id, moment, decided_on, outcome, rules, facts, decision, book)
		select 'parcel', 'P-2', 1, 'packing', '2026-11-21', 'needs', '{}', '{"lines":[]}', $2::jsonb, digest from b`,
		`{"calm":[{"step":1,"line":0,"outcome":"pass","source":"the first law","read":2,"consulted":"a@1; b@4"},{"step":9,"line":0,"outcome":"pass"}],"sources":{"x.y@3":"the ninth law"}}`,
		`{"parcel":"P-2","day":"2026-11-21","outcome":"needs","findings":[{"step":9,"line":1,"outcome":"needs","then":"x","rule":"x.y","version":3,"status":"verified"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := clearance.Of(t.Context(), db, clearance.KindParcel, "P-2")
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	want := []clearance.Finding{{Step: 1, Outcome: clearance.Pass, Source: "the first law", Read: 2, Consulted: "a@1; b@4"},
		{Step: 9, Line: 1, Outcome: clearance.Needs, Then: "x", Rule: "x.y", Version: 3, Status: clearance.Verified, Source: "the ninth law"}}
	if diff := cmp.Diff(want, kept[0].Decision.Findings, cmpopts.IgnoreUnexported(clearance.Finding{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c, err := clearance.Verify(t.Context(), db, clearance.KindParcel, "P-2"); err != nil || !c.Whole() {
		t.Errorf("%+v, %v", c, err)
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
