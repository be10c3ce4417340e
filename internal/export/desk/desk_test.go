package desk_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// bench is three desks with a clock that tests move, a shop with an owner, and officers.
type bench struct {
	*desk.Service
	t     testing.TB
	db    *pgxpool.Pool
	shop  seller.Seller
	owner int64
	by    map[desk.Kind]desk.Actor
	heard []desk.Decided

	mu sync.Mutex
	at time.Time
}

func newBench(t testing.TB) *bench {
	t.Helper()
	db := dbtest.New(t)
	b := &bench{t: t, db: db, at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), by: map[desk.Kind]desk.Actor{}}
	library, err := clearance.Load(rules.FS)
	b.must(err)
	files, err := blob.OpenDisk(t.TempDir())
	b.must(err)
	tables := func(_ context.Context, day time.Time) (clearance.Tables, error) { return library.TablesOn(day), nil }
	b.Service = desk.New(desk.Deps{DB: db, Now: b.now, BaseURL: "https://yarmarka.test", Media: media.New(db, files, b.now), Limiter: limit.New(db, b.now),
		Tables: tables, Contracts: contract.New(contract.Deps{DB: db, Now: b.now, BaseURL: "https://yarmarka.test", Media: media.New(db, files, b.now), Tables: tables})})
	b.Contracts.OnMark = b.OpenContract
	b.OnDecided = func(_ context.Context, _ pgx.Tx, d desk.Decided) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.heard = append(b.heard, d)
		return nil
	}
	accounts := accounttest.Service(t, db)
	b.shop, b.owner = catalogtest.Shop(t, db), accounttest.Person(t, db)
	accounttest.Grant(t, db, accounts, b.owner, b.shop.ID, account.Owner)
	for _, k := range desk.Kinds {
		b.by[k] = desk.Actor{PersonID: accounttest.Person(t, db)}
		accounttest.Grant(t, db, accounts, b.by[k].PersonID, 0, k.Role())
	}
	return b
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = b.at.Add(d)
}

// open puts a case on a desk; change edits it before.
func (b *bench) open(k desk.Kind, number string, change ...func(*desk.Case)) int64 {
	b.t.Helper()
	c := desk.Case{Kind: k, Subject: desk.Parcel, SubjectNumber: number, SellerID: b.shop.ID, Title: "Посылка " + number, Country: "DE", Risk: 40,
		Facts: desk.Facts{Lines: []desk.Line{{HS: "970121", Text: "Oil painting", YearMade: 1970, Author: "Н. Белова"}}}.JSON()}
	for _, f := range change {
		f(&c)
	}
	id, err := b.Open(b.t.Context(), b.db, c)
	b.must(err)
	return id
}

func (b *bench) get(k desk.Kind, id int64) desk.Case {
	b.t.Helper()
	c, err := b.Get(b.t.Context(), k, id)
	b.must(err)
	return c
}

// acts are what the trail of a case says, in order.
func (b *bench) acts(id int64) []string {
	b.t.Helper()
	acts, err := pg.Scalars[string](b.t.Context(), b.db, `select act from export_case_events where case_id = $1 order by id`, id)
	b.must(err)
	return acts
}

func (b *bench) mails() []string {
	b.t.Helper()
	list, err := pg.Scalars[string](b.t.Context(), b.db, `select template from mails order by id`)
	b.must(err)
	return list
}

// answers are all that the questionnaire of chapter 97 requires.
var answers = map[string]string{"year": "1970", "technique": "холст, масло", "mass": "unique", "fund": "no", "photos": "enough", "art_kind": "painting", "by_author": "no"}

func TestOpenMeansTheSameCaseWhileItIsUndecided(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.open(desk.Customs, "P-1")
	if again := b.open(desk.Customs, "P-1"); again != first {
		t.Errorf("asked twice: case %d and case %d", first, again)
	}
	if changed := b.open(desk.Customs, "P-1", func(c *desk.Case) { c.Risk = 90 }); changed != first || b.get(desk.Customs, first).Risk != 90 {
		t.Errorf("with more risk: case %d, risk %d", changed, b.get(desk.Customs, first).Risk)
	}
	if diff := cmp.Diff([]string{"opened", "changed"}, b.acts(first)); diff != "" {
		t.Error("the trail (-want +got)", diff)
	}
	if other := b.open(desk.Culture, "P-1"); other == first {
		t.Error("another desk has the same case")
	}
	_, err := b.Decide(t.Context(), b.by[desk.Customs], desk.Customs, first, desk.Ruling{Verdict: desk.Release})
	b.must(err)
	if next := b.open(desk.Customs, "P-1"); next == first {
		t.Error("a decided case was opened again instead of a new one")
	}
	if _, err := b.Open(t.Context(), b.db, desk.Case{Kind: "tax", Subject: desk.Parcel, SubjectNumber: "P-2", SellerID: b.shop.ID}); err == nil {
		t.Error("there is a desk called tax")
	}
}

func TestVerdictIsHeardMailedAndKept(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.open(desk.Customs, "P-1")
	_, err := b.Decide(t.Context(), b.by[desk.Customs], desk.Customs, id, desk.Ruling{Verdict: desk.Refuse, Reason: "weight", Note: "Вес не сходится"})
	b.must(err)
	c := b.get(desk.Customs, id)
	if c.State != desk.Done || c.Verdict != desk.Refuse || c.Reason != "weight" || c.DecidedBy != b.by[desk.Customs].PersonID {
		t.Errorf("the case: %+v", c)
	}
	if len(b.heard) != 1 || b.heard[0].Verdict != desk.Refuse || b.heard[0].SubjectNumber != "P-1" || b.heard[0].Note != "Вес не сходится" {
		t.Errorf("heard %+v", b.heard)
	}
	if diff := cmp.Diff([]string{"export.desk.refuse"}, b.mails()); diff != "" {
		t.Error("mails (-want +got)", diff)
	}
	if _, err := b.Decide(t.Context(), b.by[desk.Customs], desk.Customs, id, desk.Ruling{Verdict: desk.Release}); !errors.Is(err, desk.ErrDecided) {
		t.Errorf("a second verdict: %v", err)
	}
}

// What the listener refuses has not happened: neither verdict nor letter nor trail.
func TestAListenersErrorTakesTheVerdictBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.open(desk.Customs, "P-1")
	b.OnDecided = func(context.Context, pgx.Tx, desk.Decided) error { return errors.New("the parcel has gone") }
	if _, err := b.Decide(t.Context(), b.by[desk.Customs], desk.Customs, id, desk.Ruling{Verdict: desk.Release}); err == nil {
		t.Fatal("no error")
	}
	if c := b.get(desk.Customs, id); c.State != desk.Open || len(b.mails()) != 0 || len(b.acts(id)) != 1 {
		t.Errorf("state %s, %d mails, trail %v", c.State, len(b.mails()), b.acts(id))
	}
}

func TestRulingsThatSayTooLittle(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ids := map[desk.Kind]int64{}
	for _, k := range desk.Kinds {
		ids[k] = b.open(k, "P-1", func(c *desk.Case) {
			if k == desk.Currency {
				c.Facts = desk.Facts{Contract: &desk.ContractFact{Counterparty: "ACME", Number: "7", Signed: "2026-01-10", SumRUB: 1_000_000_000}}.JSON()
			}
		})
	}
	tomorrow, yesterday := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		kind   desk.Kind
		ruling desk.Ruling
		fields []string
	}{
		"nothing":                         {desk.Customs, desk.Ruling{}, []string{"verdict", "note"}},
		"a refusal without words":         {desk.Customs, desk.Ruling{Verdict: desk.Refuse, Reason: "value"}, []string{"note"}},
		"a refusal for another desk's":    {desk.Customs, desk.Ruling{Verdict: desk.Refuse, Reason: "fund", Note: "x"}, []string{"reason"}},
		"a question without words":        {desk.Customs, desk.Ruling{Verdict: desk.More}, []string{"note"}},
		"an inspection of goods":          {desk.Culture, desk.Ruling{Verdict: desk.More, Reason: desk.Inspection, Note: "x"}, []string{"reason"}},
		"an opinion without answers":      {desk.Culture, desk.Ruling{Verdict: desk.Release}, []string{"q.year", "q.technique", "q.mass", "q.fund", "q.photos", "q.art_kind", "q.by_author"}},
		"an opinion of tomorrow":          {desk.Culture, desk.Ruling{Verdict: desk.Release, Answers: answers, Paper: desk.Paper{Date: tomorrow}}, []string{"date"}},
		"an opinion that ended before":    {desk.Culture, desk.Ruling{Verdict: desk.Release, Answers: answers, Paper: desk.Paper{ValidUntil: &yesterday}}, []string{"valid_until"}},
		"a big contract without a number": {desk.Currency, desk.Ruling{Verdict: desk.Release}, []string{"unique_number"}},
	} {
		_, err := b.Decide(t.Context(), b.by[tt.kind], tt.kind, ids[tt.kind], tt.ruling)
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Kind != errs.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, f := range e.Fields {
			got = append(got, f.Name)
		}
		if diff := cmp.Diff(tt.fields, got); diff != "" {
			t.Errorf("%s (-want +got) %s", name, diff)
		}
	}
}

// The clock stands while the seller is asked, and the time is added to the term.
func TestQuestionHoldsTheClock(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.open(desk.Customs, "P-1")
	due := b.get(desk.Customs, id).DueAt
	b.pass(time.Hour)
	_, err := b.Decide(t.Context(), b.by[desk.Customs], desk.Customs, id, desk.Ruling{Verdict: desk.More, Reason: desk.Inspection, Note: "Покажите посылку"})
	b.must(err)
	if b.heard[0].Verdict != desk.More || b.heard[0].Reason != desk.Inspection {
		t.Errorf("heard %+v", b.heard[0])
	}
	if _, err := b.Take(t.Context(), b.by[desk.Customs], desk.Customs, id); !errors.Is(err, desk.ErrWaiting) {
		t.Errorf("taking what waits for its seller: %v", err)
	}
	b.pass(30 * time.Hour)
	if c := b.get(desk.Customs, id); c.Late(b.now()) {
		t.Error("a clock that stands is late")
	}
	if err := b.Answer(t.Context(), b.shop.ID, b.owner, id, "Вот она", 0); err != nil {
		t.Fatal(err)
	}
	c := b.get(desk.Customs, id)
	if got := c.DueAt.Sub(due); got != 30*time.Hour || c.State != desk.Open || c.HeldAt != nil {
		t.Errorf("the term moved by %s, state %s", got, c.State)
	}
	if diff := cmp.Diff([]string{"opened", "more", "seller_answer"}, b.acts(id)); diff != "" {
		t.Error("the trail (-want +got)", diff)
	}
	if err := b.Answer(t.Context(), b.shop.ID+1, b.owner, id, "Чужое", 0); !errs.Is(err, errs.NotFound) {
		t.Errorf("another shop's answer: %v", err)
	}
}

func TestQueueOrderAndPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	risk := func(n int) func(*desk.Case) { return func(c *desk.Case) { c.Risk = n } }
	late := b.open(desk.Customs, "late", risk(5))
	b.pass(5 * time.Hour) // the term of customs is four
	quiet, risky := b.open(desk.Customs, "quiet", risk(10)), b.open(desk.Customs, "risky", risk(90))
	b.pass(time.Minute)
	younger := b.open(desk.Customs, "younger", risk(90))
	var got []int64
	for after := ""; ; {
		page, err := b.List(t.Context(), desk.Customs, desk.Query{Pile: desk.PileQueue, After: after, Size: 1})
		b.must(err)
		for _, c := range page.Items {
			got = append(got, c.ID)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if diff := cmp.Diff([]int64{late, risky, younger, quiet}, got); diff != "" {
		t.Error("the queue (-want +got)", diff)
	}
	next := func(want int64) {
		t.Helper()
		c, ok, err := b.Next(t.Context(), b.by[desk.Customs], desk.Customs)
		b.must(err)
		if !ok || c.ID != want {
			t.Errorf("next is %d, want %d", c.ID, want)
		}
	}
	next(late)
	next(late) // what an officer has comes before all, until it is given back or decided
	if diff := cmp.Diff([]string{"opened", "taken"}, b.acts(late)); diff != "" {
		t.Error("keeping a case writes to the trail (-want +got)", diff)
	}
	_, err := b.Decide(t.Context(), b.by[desk.Customs], desk.Customs, late, desk.Ruling{Verdict: desk.Release})
	b.must(err)
	next(risky)
	counts, err := b.Counts(t.Context(), desk.Customs)
	b.must(err)
	if diff := cmp.Diff(map[string]int{desk.PileQueue: 3, desk.PileLate: 0, desk.PileWaiting: 0, desk.PileDone: 1}, counts); diff != "" {
		t.Error("counts (-want +got)", diff)
	}
	page, err := b.List(t.Context(), desk.Customs, desk.Query{Country: "FR"})
	b.must(err)
	if len(page.Items) != 0 {
		t.Errorf("%d cases to France", len(page.Items))
	}
	page, err = b.List(t.Context(), desk.Customs, desk.Query{Number: "quiet"})
	b.must(err)
	if len(page.Items) != 1 || page.Items[0].ID != quiet {
		t.Errorf("by number: %+v", page.Items)
	}
}

func TestLeases(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, me, other := b.open(desk.Customs, "P-1"), b.by[desk.Customs], desk.Actor{PersonID: accounttest.Person(t, b.db)}
	_, err := b.Take(t.Context(), me, desk.Customs, id)
	b.must(err)
	if _, err := b.Take(t.Context(), other, desk.Customs, id); !errors.Is(err, desk.ErrTaken) {
		t.Errorf("another's take: %v", err)
	}
	if _, err := b.Decide(t.Context(), other, desk.Customs, id, desk.Ruling{Verdict: desk.Release}); !errors.Is(err, desk.ErrTaken) {
		t.Errorf("another's verdict: %v", err)
	}
	if _, ok, err := b.Next(t.Context(), other, desk.Customs); ok || err != nil {
		t.Errorf("another's next: %v %v", ok, err)
	}
	b.pass(desk.Lease + time.Second)
	if c, ok, err := b.Next(t.Context(), other, desk.Customs); !ok || err != nil || c.ID != id {
		t.Errorf("when the lease is over: %v %v", ok, err)
	}
	b.must(b.Return(t.Context(), me, desk.Customs, id)) // no longer theirs: nothing happens
	if c := b.get(desk.Customs, id); c.State != desk.Taken || c.OfficerID != other.PersonID {
		t.Errorf("%+v", c)
	}
	b.must(b.Return(t.Context(), other, desk.Customs, id))
	if diff := cmp.Diff([]string{"opened", "taken", "taken", "returned"}, b.acts(id)); diff != "" {
		t.Error("the trail (-want +got)", diff)
	}
	if _, err := b.Take(t.Context(), me, desk.Culture, id); !errs.Is(err, errs.NotFound) {
		t.Errorf("through another desk: %v", err)
	}
}

func TestTrailCannotBeChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.open(desk.Customs, "P-1")
	for _, sql := range []string{`update export_case_events set note = 'x' where case_id = $1`, `delete from export_case_events where case_id = $1`,
		`truncate export_case_events`, `delete from export_cases where id = $1`} {
		args := []any{id}
		if sql == `truncate export_case_events` {
			args = nil
		}
		if _, err := b.db.Exec(t.Context(), sql, args...); err == nil {
			t.Errorf("the owner of the tables may: %s", sql)
		}
	}
	err := pg.AsSeller(t.Context(), b.db, b.shop.ID, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `insert into export_case_events (case_id, seller_id, actor, act, at) values ($1, $2, 'officer', 'release', now())`, id, b.shop.ID)
		return err
	})
	if err == nil {
		t.Error("a seller may write a verdict into the trail")
	}
}

// A shop reads its own cases and nobody else's, with or without a where of ours.
func TestSellersSeeTheirOwnCases(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	mine, other := b.open(desk.Customs, "P-1"), catalogtest.Shop(t, b.db)
	theirs := b.open(desk.Customs, "P-2", func(c *desk.Case) { c.SellerID = other.ID })
	page, err := b.CasesOf(t.Context(), b.shop.ID, "")
	b.must(err)
	if len(page.Items) != 1 || page.Items[0].ID != mine {
		t.Errorf("%+v", page.Items)
	}
	if _, _, _, err := b.CaseOf(t.Context(), b.shop.ID, theirs); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's case: %v", err)
	}
	b.must(pg.AsSeller(t.Context(), b.db, b.shop.ID, func(tx pgx.Tx) error {
		for _, table := range []string{"export_cases", "export_case_events", "export_opinions", "export_contracts", "export_contract_sums"} {
			n, err := pg.Scalar[int](t.Context(), tx, fmt.Sprintf(`select count(*) from %s where seller_id <> $1`, table), b.shop.ID)
			if err != nil || n != 0 {
				t.Errorf("%s: %d rows of others, %v", table, n, err)
			}
		}
		return nil
	}))
}

// The figures of a desk are of its month, and say so when there is nothing to say.
func TestFiguresOfADesk(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	s, err := b.Stats(t.Context(), desk.Customs)
	b.must(err)
	if _, ok := s.Automatic(); ok || s.Decided != 0 {
		t.Errorf("before anything: %+v", s)
	}
	book, err := clearance.Load(rules.FS)
	b.must(err)
	for i := range 8 { // eight parcels that the rules decided about, one of them twice, and two that came to the desk
		p := clearance.Parcel{Number: fmt.Sprintf("P-%d", i), Country: "DE"}
		on, err := book.On(b.now())
		b.must(err)
		for range 1 + i/7 {
			_, err := clearance.Record(t.Context(), b.db, clearance.Subject{Kind: clearance.KindParcel, Number: p.Number, SellerID: b.shop.ID, Moment: clearance.AtPacking}, &p, on.Decide(&p))
			b.must(err)
		}
	}
	for i, wait := range []time.Duration{time.Hour, 3 * time.Hour} {
		id := b.open(desk.Customs, fmt.Sprintf("P-%d", i))
		b.pass(wait)
		_, err := b.Decide(t.Context(), b.by[desk.Customs], desk.Customs, id, desk.Ruling{Verdict: desk.Release})
		b.must(err)
	}
	_, err = b.db.Exec(t.Context(), `alter table export_decisions disable trigger all`)
	b.must(err)
	_, err = b.db.Exec(t.Context(), `update export_decisions set created_at = $1`, b.now())
	b.must(err)
	s, err = b.Stats(t.Context(), desk.Customs)
	b.must(err)
	share, ok := s.Automatic()
	if !ok || share != 750 || s.Subjects != 8 || s.Cases != 2 || s.Decided != 2 || s.Median != 2*time.Hour || s.P95 != 2*time.Hour+54*time.Minute {
		t.Errorf("of eight parcels, two at the desk: %+v, %d ‰", s, share)
	}
	b.pass(31 * 24 * time.Hour)
	if s, err = b.Stats(t.Context(), desk.Customs); err != nil || s.Subjects != 0 || s.Decided != 0 {
		t.Errorf("a month later: %+v, %v", s, err)
	}
}
