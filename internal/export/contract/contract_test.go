package contract_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// today is the day of the tests, in the book of rules that the program carries.
var today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// bench is the meter with a shop and its owner; marks are what it told of.
type bench struct {
	*contract.Service
	t     testing.TB
	db    *pgxpool.Pool
	shop  int64
	owner int64

	mu    sync.Mutex
	marks []string
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{t: t, db: dbtest.New(t)}
	library, err := clearance.Load(rules.FS)
	b.must(err)
	files, err := blob.OpenDisk(t.TempDir())
	b.must(err)
	now := func() time.Time { return today }
	b.Service = contract.New(contract.Deps{DB: b.db, Now: now, BaseURL: "https://yarmarka.test", Media: media.New(b.db, files, now),
		Tables: func(_ context.Context, day time.Time) (clearance.Tables, error) { return library.TablesOn(day), nil }})
	b.OnMark = func(_ context.Context, _ pgx.Tx, _ contract.Contract, mark string) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.marks = append(b.marks, mark)
		return nil
	}
	b.shop, b.owner = catalogtest.Shop(t, b.db).ID, accounttest.Person(t, b.db)
	accounttest.Grant(t, b.db, accounttest.Service(t, b.db), b.owner, b.shop, account.Owner)
	return b
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) agency() contract.Contract {
	return contract.Contract{SellerID: b.shop, Kind: contract.Agency, Counterparty: "ACME", Country: "RS", Number: "7", SignedOn: today.AddDate(0, -9, 0)}
}

// registered is an agency contract that the shop told of.
func (b *bench) registered() contract.Contract {
	b.t.Helper()
	c, err := b.Register(b.t.Context(), b.agency(), "", nil)
	b.must(err)
	return c
}

// add counts a parcel; judged is 0 for a decision made on the sum as it stands.
func (b *bench) add(c contract.Contract, parcel string, rub, judged money.Amount) (out contract.Contract, err error) {
	err = pg.InTx(b.t.Context(), b.db, func(tx pgx.Tx) error {
		if judged == 0 {
			found, _, err := b.Find(b.t.Context(), c.SellerID, c.Counterparty, c.Number)
			if err != nil {
				return err
			}
			judged = found.SumRUB + rub
		}
		out, err = b.Add(b.t.Context(), tx, c, parcel, rub, judged)
		return err
	})
	return out, err
}

func (b *bench) letters() int {
	b.t.Helper()
	n, err := pg.Scalar[int](b.t.Context(), b.db, `select count(*)::int from mails`)
	b.must(err)
	return n
}

func TestBands(t *testing.T) {
	t.Parallel()
	bands := contract.Bands{Documents: 100_000_000, Number: 1_000_000_000, WarnAt: 80}
	for sum, want := range map[money.Amount]string{
		0: "", 79_999_999: "", 80_000_000: contract.MarkDocumentsNear, 99_999_999: contract.MarkDocumentsNear, 100_000_000: contract.MarkDocumentsNear,
		100_000_001: contract.MarkDocuments, 799_999_999: contract.MarkDocuments, 800_000_000: contract.MarkNumberNear, 999_999_999: contract.MarkNumberNear,
		1_000_000_000: contract.MarkNumber, 2_000_000_000: contract.MarkNumber,
	} {
		if got := bands.Mark(sum); got != want {
			t.Errorf("%d kopecks: %q, want %q", sum, got, want)
		}
	}
	for sum, want := range map[money.Amount]string{100_000_000: "", 100_000_001: contract.Papers, 999_999_999: contract.Papers, 1_000_000_000: contract.Registration} {
		if got := bands.Obliges(sum); got != want {
			t.Errorf("%d kopecks oblige to %q, want %q", sum, got, want)
		}
	}
}

// The bands are what the rules' tables say, not what the program knows.
func TestBandsComeFromTheTables(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	got, err := b.Bands(t.Context(), today)
	b.must(err)
	if diff := cmp.Diff(contract.Bands{Documents: 100_000_000, Number: 1_000_000_000, WarnAt: 80}, got); diff != "" {
		t.Error("(-want +got)", diff)
	}
	if _, err := b.Bands(t.Context(), time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)); err == nil {
		t.Error("a day before any table has bands")
	}
}

// The meter counts each parcel once, tells once of each mark, and gives back what did not leave.
func TestMeter(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	agency := b.registered()
	for _, step := range []struct {
		parcel string
		rub    money.Amount
		sum    money.Amount
		told   int
	}{
		{"P-1", 70_000_000, 70_000_000, 0}, {"P-1", 70_000_000, 70_000_000, 0}, {"P-2", 12_000_000, 82_000_000, 1}, {"P-3", 1_000_000, 83_000_000, 1},
		{"P-4", 18_000_000, 101_000_000, 2}, {"P-5", 700_000_000, 801_000_000, 3}, {"P-6", 200_000_000, 1_001_000_000, 4},
	} {
		c, err := b.add(agency, step.parcel, step.rub, 0)
		b.must(err)
		if c.SumRUB != step.sum {
			t.Errorf("%s: the sum is %d, want %d", step.parcel, c.SumRUB, step.sum)
		}
		if len(b.marks) != step.told || b.letters() != step.told {
			t.Errorf("%s: marks %v, %d letters, want %d", step.parcel, b.marks, b.letters(), step.told)
		}
	}
	b.must(contract.Take(t.Context(), b.db, b.shop, "P-6"))
	b.must(contract.Take(t.Context(), b.db, b.shop, "P-6"))
	c, _, err := b.Find(t.Context(), b.shop, "ACME", "7")
	b.must(err)
	if c.SumRUB != 801_000_000 {
		t.Errorf("after a parcel came back: %d", c.SumRUB)
	}
	if _, ok, err := b.Find(t.Context(), b.shop+1, "ACME", "7"); err != nil || ok {
		t.Errorf("another shop's contract: %v, %v", ok, err)
	}
}

// A parcel that was decided on a sum below a band is decided anew when others took the contract past it meanwhile.
func TestACrossedBandIsDecidedAnew(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := b.add(b.agency(), "P-0", 1, 0); !errs.Is(err, errs.NotFound) {
		t.Errorf("a contract nobody told of: %v", err)
	}
	agency := b.registered()
	_, err := b.add(agency, "P-1", 99_000_000, 0)
	b.must(err)
	if _, err = b.add(agency, "P-2", 2_000_000, 50_000_000); !errors.Is(err, contract.ErrMoved) {
		t.Errorf("decided on an old sum: %v", err)
	}
	c, _, err := b.Find(t.Context(), b.shop, "ACME", "7")
	b.must(err)
	if c.SumRUB != 99_000_000 {
		t.Errorf("a parcel that is decided anew is counted: %d", c.SumRUB)
	}
	_, err = b.Accept(t.Context(), b.db, c, 0)
	b.must(err)
	if _, err = b.add(agency, "P-2", 2_000_000, 50_000_000); err != nil {
		t.Errorf("with the documents accepted: %v", err)
	}
}

// Which contract an order counts under.
func TestUnder(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	under := func(parcel, order, country string, placed time.Time) string {
		t.Helper()
		c, counted, err := contract.Under(ctx, b.db, contract.Sale{SellerID: b.shop, Parcel: parcel, Order: order, Country: country, PlacedAt: placed})
		b.must(err)
		return fmt.Sprint(c.Kind, " ", c.Number, " ", counted)
	}
	if got := under("P-1", "Y-1", "RS", today); got != "retail Y-1 false" {
		t.Errorf("without an agent: %s", got)
	}
	retail, _, err := contract.Under(ctx, b.db, contract.Sale{SellerID: b.shop, Parcel: "P-1", Order: "Y-1", Country: "RS", PlacedAt: today})
	b.must(err)
	_, err = b.add(retail, "P-1", 100, 0)
	b.must(err)
	all, serbia := b.agency(), b.agency()
	all.Number, serbia.Number, serbia.Market = "A-1", "S-1", "RS"
	_, err = b.Register(ctx, all, "", nil)
	b.must(err)
	serbia, err = b.Register(ctx, serbia, "contract.pdf", []byte("%PDF-1.4\n%%EOF"))
	b.must(err)
	for _, tt := range []struct{ parcel, order, country, want string }{
		{"P-1", "Y-1", "RS", "retail Y-1 true"}, {"P-2", "Y-2", "RS", "agency S-1 false"}, {"P-3", "Y-3", "DE", "agency A-1 false"},
	} {
		if got := under(tt.parcel, tt.order, tt.country, today.Add(time.Minute)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.parcel, got, tt.want)
		}
	}
	if got := under("P-4", "Y-4", "DE", today.Add(-time.Hour)); got != "retail Y-4 false" {
		t.Errorf("ordered before the contract was told of: %s", got)
	}
	b.must(b.End(ctx, b.shop, serbia.ID))
	if got := under("P-5", "Y-5", "RS", today.AddDate(0, 0, 1)); got != "agency A-1 false" {
		t.Errorf("after the end of one: %s", got)
	}
	if err := b.End(ctx, b.shop, serbia.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("ended twice: %v", err)
	}
	if err := b.End(ctx, b.shop+1, serbia.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's: %v", err)
	}
}

func TestRegister(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, tt := range map[string]struct {
		change func(*contract.Contract)
		fields []string
	}{
		"nothing":      {func(c *contract.Contract) { *c = contract.Contract{SellerID: c.SellerID} }, []string{"counterparty", "number", "country", "signed_on"}},
		"at home":      {func(c *contract.Contract) { c.Country = "RU" }, []string{"country"}},
		"no country":   {func(c *contract.Contract) { c.Country, c.Market = "ZZ", "ZZ" }, []string{"country", "market"}},
		"tomorrow":     {func(c *contract.Contract) { c.SignedOn = today.AddDate(0, 0, 1) }, []string{"signed_on"}},
		"less than 0":  {func(c *contract.Contract) { c.OpeningRUB = -1 }, []string{"opening"}},
		"a false name": {func(c *contract.Contract) { c.Counterparty = " Retail " }, []string{"counterparty"}},
	} {
		c := b.agency()
		tt.change(&c)
		_, err := b.Register(t.Context(), c, "", nil)
		var names []string
		if e, ok := errors.AsType[*errs.Error](err); ok {
			for _, f := range e.Fields {
				names = append(names, f.Name)
			}
		}
		if diff := cmp.Diff(tt.fields, names); diff != "" {
			t.Errorf("%s (-want +got) %s", name, diff)
		}
	}
	c := b.agency()
	c.OpeningRUB = 85_000_000
	c, err := b.Register(t.Context(), c, "", nil)
	b.must(err)
	if c.SumRUB != 85_000_000 || !slices.Equal(b.marks, []string{contract.MarkDocumentsNear}) {
		t.Errorf("a contract near its band: sum %d, marks %v", c.SumRUB, b.marks)
	}
	second := b.agency()
	second.Number = "8"
	if _, err := b.Register(t.Context(), second, "", nil); !errs.Is(err, errs.Conflict) {
		t.Errorf("two for the same destinations: %v", err)
	}
	if _, err := b.GetOwn(t.Context(), b.shop+1, c.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("another shop reads it: %v", err)
	}
}

// Thirty-two parcels come at once, each told four times: the sum is what it should be, each mark is told once, and no
// parcel passes a band that it was not decided for.
func TestRaceOfParcels(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const parcels, told, rub = 32, 4, money.Amount(4_000_000)
	agency := b.registered()
	var wg sync.WaitGroup
	moved := make([]bool, parcels)
	gate := make(chan struct{})
	for i := range parcels * told {
		wg.Go(func() {
			<-gate
			// Each was decided when the contract was empty.
			_, err := b.add(agency, fmt.Sprint("P-", i%parcels), rub, rub)
			switch {
			case errors.Is(err, contract.ErrMoved):
				b.mu.Lock()
				moved[i%parcels] = true
				b.mu.Unlock()
			case err != nil:
				t.Error(err)
			}
		})
	}
	close(gate)
	wg.Wait()
	c, _, err := b.Find(t.Context(), b.shop, "ACME", "7")
	b.must(err)
	if c.SumRUB != 100_000_000 {
		t.Errorf("the sum is %d, want exactly the band", c.SumRUB)
	}
	if diff := cmp.Diff([]string{contract.MarkDocumentsNear}, b.marks); diff != "" {
		t.Error("marks (-want +got)", diff)
	}
	if n := len(slices.DeleteFunc(moved, func(m bool) bool { return !m })); n < 7 {
		t.Errorf("%d parcels of 7 are decided anew", n)
	}
}

// Whatever is counted and taken back in whatever order, the sum is that of the parcels which stand.
func TestPropertyOfTheSum(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	serial := 0
	rapid.Check(t, func(rt *rapid.T) {
		serial++
		c := contract.Contract{SellerID: b.shop, Kind: contract.Retail, Counterparty: "retail", Number: fmt.Sprint("Y-", serial), SignedOn: today}
		stands := map[string]money.Amount{}
		for range rapid.IntRange(1, 12).Draw(rt, "acts") {
			parcel := fmt.Sprint(serial, "-", rapid.IntRange(1, 4).Draw(rt, "parcel"))
			if rapid.Bool().Draw(rt, "take") {
				b.must(contract.Take(t.Context(), b.db, b.shop, parcel))
				delete(stands, parcel)
				continue
			}
			rub := money.Amount(rapid.Int64Range(1, 5_000_000).Draw(rt, "rub"))
			_, err := b.add(c, parcel, rub, 0)
			b.must(err)
			if _, there := stands[parcel]; !there {
				stands[parcel] = rub
			}
		}
		var want money.Amount
		for _, rub := range stands {
			want += rub
		}
		got, _, err := b.Find(t.Context(), b.shop, c.Counterparty, c.Number)
		b.must(err)
		if got.SumRUB != want {
			rt.Fatalf("the sum is %d, the parcels come to %d", got.SumRUB, want)
		}
	})
}
