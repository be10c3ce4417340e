package rates_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

func TestConvert(t *testing.T) {
	t.Parallel()
	table := read(t)
	for _, tt := range []struct {
		kopecks money.Amount
		c       money.Currency
		want    money.Amount
	}{
		{1240_00, "EUR", 12_95},       // 1240 / 95.7793 = 12.946…
		{12400_00, "EUR", 129_46},     //
		{1, "EUR", 0},                 // less than half a cent
		{48, "EUR", 1},                // 0.48 / 95.7793 = 0.00501…
		{47, "EUR", 0},                // 0.00490…
		{1000_00, "KZT", 6264_49},     // 1000 / 0.15963
		{1000_00, "JPY", 1785},        // whole yen: 1000 / 0.56012 = 1785.33
		{1000_00, money.RUB, 1000_00}, // itself
		{0, "USD", 0},                 //
	} {
		got, err := table.FromRUB(tt.kopecks, tt.c)
		if err != nil || got != tt.want {
			t.Errorf("%d kopecks are %d %s, %v; want %d", tt.kopecks, got, tt.c, err, tt.want)
		}
	}
	if got, err := table.ToRUB(3_00, "EUR"); err != nil || got != 287_34 {
		t.Errorf("3 euros are %d kopecks, %v; want 28734", got, err)
	}
	if got, err := table.ToRUB(1785, "JPY"); err != nil || got != 999_81 {
		t.Errorf("1785 yen are %d kopecks, %v; want 99981", got, err)
	}
}

// 300 drawing rights are a limit: what is worth a kopeck more is above it.
func TestDrawingRights(t *testing.T) {
	t.Parallel()
	table := read(t)
	for kopecks, want := range map[money.Amount]int64{34021_68: 300_0000, 34021_69: 300_0001, 34021_67: 300_0000, 0: 0, 1: 1} {
		if got, err := table.SDR(kopecks); err != nil || got != want {
			t.Errorf("%d kopecks are %d ten-thousandths, %v; want %d", kopecks, got, err, want)
		}
	}
}

func TestNothingWrapsAndNothingIsGuessed(t *testing.T) {
	t.Parallel()
	table := read(t)
	if got, err := table.FromRUB(math.MaxInt64, "KZT"); err == nil {
		t.Errorf("all the money there is makes %d tenge", got)
	}
	if got, err := table.ToRUB(math.MaxInt64, "EUR"); err == nil {
		t.Errorf("all the euros there are make %d kopecks", got)
	}
	cheap := rates.Table{Rates: map[money.Currency]rates.Rate{rates.XDR: {Value: 1, Nominal: 1}}}
	if got, err := cheap.SDR(math.MaxInt64); err == nil {
		t.Errorf("all the money there is makes %d ten-thousandths of a drawing right", got)
	}
	if _, err := table.FromRUB(-1, "EUR"); err == nil {
		t.Error("a negative sum was converted")
	}
	if _, err := table.FromRUB(100, "GBP"); err == nil {
		t.Error("a currency that is not in the file was converted")
	}
	if _, err := (rates.Table{}).SDR(100); err == nil {
		t.Error("drawing rights came out of an empty table")
	}
}

// There and back loses at most half of the smaller unit in either direction, and more money is never worth less.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	table := read(t)
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]money.Currency{"USD", "EUR", "KZT", "JPY"}).Draw(t, "currency")
		a := money.Amount(rapid.Int64Range(0, 1_000_000_000_00).Draw(t, "kopecks"))
		there, err := table.FromRUB(a, c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := table.ToRUB(there, c)
		if err != nil {
			t.Fatal(err)
		}
		unit, err := table.ToRUB(1, c)
		if err != nil {
			t.Fatal(err)
		}
		if d := back - a; d > unit/2+1 || d < -unit/2-1 {
			t.Fatalf("%d kopecks are %d %s are %d kopecks", a, there, c, back)
		}
		more, err := table.FromRUB(a+1, c)
		if err != nil || more < there {
			t.Fatalf("a kopeck more makes %d %s of %d", more, c, there)
		}
	})
}

func TestAge(t *testing.T) {
	t.Parallel()
	table := rates.Table{Day: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}
	for day, want := range map[string]int{"2026-06-30": 0, "2026-07-01": 0, "2026-07-04": 3} {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := table.AgeDays(d.Add(23 * time.Hour)); got != want {
			t.Errorf("on %s the rates are %d days old, want %d", day, got, want)
		}
	}
}
