package vat_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/vat"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

var fourth = vat.Quarter{Year: 2026, N: 4}

func TestAParcelHasOneRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enter(aRow(w.shop.SellerID, 1), aRow(w.shop.SellerID, 2), aRow(w.shop.SellerID, 1))
	r := w.read(fourth, 0)
	if len(r.Rows) != 2 || r.Rows[0].Number != 1 || r.Rows[1].Number != 2 || r.Total.Entered != 2*2_499_00 {
		t.Errorf("%+v", r.Rows)
	}
	if c := r.Rows[0].Countdown; c.Standing != vat.Open || c.Left != 162 || !c.Until.Equal(date("2027-05-03")) {
		t.Errorf("%+v", c)
	}
}

func TestARowThatProvesNothingIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, spoil := range map[string]func(r *vat.Row){
		"no registration": func(r *vat.Row) { r.Registration = "" }, "not released": func(r *vat.Row) { r.ReleasedOn = time.Time{} },
		"not departed": func(r *vat.Row) { r.DepartedOn = time.Time{} }, "free": func(r *vat.Row) { r.ValueRUB = 0 }, "no rate": func(r *vat.Row) { r.Rate = 0 },
	} {
		row := aRow(w.shop.SellerID, 1)
		spoil(&row)
		if _, err := vat.Enter(t.Context(), w.db, row); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Entering one parcel from sixteen sides at once makes one row, and entering sixteen makes sixteen numbers without holes.
func TestRowsAreNumberedWithoutHoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wait sync.WaitGroup
	numbers := make([]int, 32)
	for i := range numbers {
		wait.Go(func() {
			row := aRow(w.shop.SellerID, 100)
			if i >= 16 {
				row = aRow(w.shop.SellerID, i)
			}
			err := pg.InTx(t.Context(), w.db, func(tx pgx.Tx) (err error) {
				numbers[i], err = vat.Enter(t.Context(), tx, row)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for _, n := range numbers[:16] {
		if n != numbers[0] {
			t.Fatalf("one parcel has rows %v", numbers[:16])
		}
	}
	all := append(numbers[15:16:16], numbers[16:]...)
	slices.Sort(all)
	for i, n := range all {
		if n != i+1 {
			t.Fatalf("numbers %v", all)
		}
	}
}

// Rows that are entered together have the numbers that they would have one by one: without holes, each parcel once however
// often it is there, and in the order in which they came; another side entering at once does not get between.
func TestRowsThatAreEnteredTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enter(aRow(w.shop.SellerID, 3))
	var wait sync.WaitGroup
	numbers := make([][]int, 4)
	for side := range numbers {
		wait.Go(func() {
			rows := []vat.Row{aRow(w.shop.SellerID, 3), aRow(w.shop.SellerID, 10*side+10), aRow(w.shop.SellerID, 10*side+11), aRow(w.shop.SellerID, 10*side+10), aRow(w.shop.SellerID, 7)}
			err := pg.InTx(t.Context(), w.db, func(tx pgx.Tx) (err error) {
				numbers[side], err = vat.EnterAll(t.Context(), tx, rows)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	seen := map[int]bool{}
	for _, n := range numbers {
		if n[0] != 1 || n[1] != n[3] || n[2] != n[1]+1 || n[4] != numbers[0][4] {
			t.Errorf("numbers %v", numbers)
		}
		seen[n[0]], seen[n[1]], seen[n[2]], seen[n[4]] = true, true, true, true
	}
	if len(seen) != 10 || !seen[10] { // the first, the common one, two of each side
		t.Errorf("numbers %v", numbers)
	}
	if _, err := vat.EnterAll(t.Context(), w.db, []vat.Row{aRow(w.shop.SellerID, 50), {}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a row that proves nothing: %v", err)
	}
	if n, err := vat.EnterAll(t.Context(), w.db, nil); len(n) != 0 || err != nil {
		t.Errorf("nothing to enter: %v, %v", n, err)
	}
}

// Of a departure that is taken back with its transaction nothing is left, and its number is given to the next.
func TestARollbackLeavesNoHole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tx, err := w.db.Begin(t.Context())
	w.must(err)
	if _, err := vat.Enter(t.Context(), tx, aRow(w.shop.SellerID, 1)); err != nil {
		t.Fatal(err)
	}
	w.must(tx.Rollback(t.Context()))
	w.enter(aRow(w.shop.SellerID, 2))
	if r := w.read(fourth, 0); len(r.Rows) != 1 || r.Rows[0].Number != 1 {
		t.Errorf("%+v", r.Rows)
	}
}

func TestAReturnTakesTheRowBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if n := w.reverse("Y-7KQ2-1-1", w.now); n != 0 {
		t.Errorf("row %d takes back nothing", n)
	}
	w.enter(aRow(w.shop.SellerID, 1), aRow(w.shop.SellerID, 2))
	next := date("2027-01-15")
	if first, again := w.reverse("Y-7KQ2-1-1", next), w.reverse("Y-7KQ2-1-1", next.AddDate(0, 0, 1)); first != 3 || again != 3 {
		t.Errorf("rows %d and %d", first, again)
	}
	r := w.read(vat.Quarter{Year: 2027, N: 1}, 0)
	if len(r.Rows) != 1 || r.Rows[0].Kind != vat.Reversal || *r.Rows[0].Reverses != 1 || r.Rows[0].ValueRUB != -2_499_00 || r.Rows[0].Value != -26_21 {
		t.Errorf("%+v", r.Rows)
	}
	if was := w.read(fourth, 0); was.Total.Sum() != 2*2_499_00 || len(was.Rows) != 2 {
		t.Errorf("the first quarter changed: %+v", was.Total)
	}
}

func TestAFiledQuarterTakesNoMoreRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := func(filed bool) error { return w.File(t.Context(), w.shop.SellerID, 0, fourth, filed) }
	w.enter(aRow(w.shop.SellerID, 1))
	if err := file(true); !errs.Is(err, errs.Conflict) {
		t.Errorf("a quarter that is not over is filed: %v", err)
	}
	w.now = date("2027-01-20")
	if err := w.File(t.Context(), w.shop.SellerID, 0, vat.Quarter{Year: 2026, N: 3}, true); !errs.Is(err, errs.Conflict) {
		t.Errorf("an empty quarter is filed: %v", err)
	}
	w.must(file(true))
	w.must(file(true))
	if r := w.read(fourth, 0); r.Total.FiledAt.IsZero() || r.Rows[0].Countdown.Standing != vat.Filed {
		t.Errorf("%+v", r.Total)
	}
	late := aRow(w.shop.SellerID, 2)
	late.EnteredAt = w.now
	w.enter(late)
	if r := w.read(vat.Quarter{Year: 2027, N: 1}, 0); len(r.Rows) != 1 || r.Rows[0].Parcel != late.Parcel {
		t.Errorf("the late row is not in the next quarter: %+v", r.Rows)
	}
	w.must(file(false))
	if r := w.read(fourth, 0); !r.Total.FiledAt.IsZero() || r.Rows[0].Countdown.Standing != vat.Open {
		t.Errorf("%+v", r.Total)
	}
}

// Whatever is entered and taken back, in whatever order and however often: rows are numbered without holes, the totals of
// quarters are the sums of their rows, and all of them come to the parcels that stayed abroad.
func TestSumsAreTheRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		_, err := w.db.Exec(w.t.Context(), `truncate export_vat_rows, export_vat_counters, export_vat_filings`)
		w.must(err)
		stayed := map[int]money.Amount{}
		returned := map[int]bool{}
		for range rapid.IntRange(1, 25).Draw(t, "acts") {
			n := rapid.IntRange(1, 8).Draw(t, "parcel")
			day := date("2026-01-05").AddDate(0, 0, rapid.IntRange(0, 700).Draw(t, "day"))
			row := aRow(w.shop.SellerID, n)
			if rapid.Bool().Draw(t, "departs") {
				row.DepartedOn, row.ValueRUB = day, money.Amount(rapid.Int64Range(1, 1e12).Draw(t, "value"))
				w.enter(row)
				if _, known := stayed[n]; !known && !returned[n] {
					stayed[n] = row.ValueRUB
				}
			} else if w.reverse(row.Parcel, day) > 0 {
				delete(stayed, n)
				returned[n] = true
			}
		}
		var want, got money.Amount
		for _, v := range stayed {
			want += v
		}
		var numbers []int
		for _, q := range w.read(fourth, 0).Quarters {
			rows, err := w.Whole(w.t.Context(), w.shop.SellerID, q.Quarter)
			w.must(err)
			if total := vat.TotalOf(rows); total != q.Total {
				t.Fatalf("%s: the rows come to %+v, the total says %+v", q.Quarter, total, q.Total)
			}
			got += q.Sum()
			for _, r := range rows {
				numbers = append(numbers, r.Number)
			}
		}
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != i+1 {
				t.Fatalf("numbers %v", numbers)
			}
		}
		if got != want {
			t.Fatalf("all quarters come to %d, the parcels that stayed abroad to %d", got, want)
		}
	})
}
