package money_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		lang i18n.Lang
		a    money.Amount
		want string
	}{
		{i18n.RU, 429000, "4\u00a0290\u00a0₽"},
		{i18n.RU, 429050, "4\u00a0290,50\u00a0₽"},
		{i18n.RU, -500, "\u22125\u00a0₽"},
		{i18n.RU, 0, "0\u00a0₽"},
		{i18n.EN, 429000, "₽4,290"},
		{i18n.EN, 7, "₽0.07"},
		{i18n.EN, math.MinInt64, "\u2212₽92,233,720,368,547,758.08"},
	} {
		if got := money.Format(tc.lang, tc.a, money.RUB); got != tc.want {
			t.Errorf("Format(%s, %d) = %q, want %q", tc.lang, tc.a, got, tc.want)
		}
	}
}

// A currency without minor units is written in whole ones.
func TestFormatOfWholeUnits(t *testing.T) {
	t.Parallel()
	if got, want := money.Format(i18n.EN, 1234, "JPY"), "JPY\u00a01,234"; got != want {
		t.Errorf("1234 yen are %q, want %q", got, want)
	}
	if got, want := money.Format(i18n.RU, 1234, "EUR"), "12,34\u00a0€"; got != want {
		t.Errorf("1234 cents are %q, want %q", got, want)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	good := map[string]money.Amount{
		"10,50": 1050, "10.5": 1050, " 1 290 ": 129000, "1\u00a0290,07 ₽": 129007, "0": 0, "007": 700,
	}
	for in, want := range good {
		if got, err := money.Parse(in); err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "-1", "1,234.5", "10.505", "1e3", "１", "5 руб", "10.", ".5", "9999999999999999", "NaN"} {
		if got, err := money.Parse(in); err == nil {
			t.Errorf("Parse(%q) = %d, want an error", in, got)
		}
	}
}

func TestParseReadsWhatDecimalWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount(rapid.Int64Range(0, 99_999_999_999_999_999).Draw(t, "a"))
		if got, err := money.Parse(money.Decimal(a)); err != nil || got != a {
			t.Fatalf("Parse(Decimal(%d)) = %d, %v", a, got, err)
		}
	})
}

func TestSplitSumsExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := money.Amount(rapid.Int64Range(-1<<52, 1<<52).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Map(rapid.Int64Range(0, 1<<40), func(n int64) money.Amount { return money.Amount(n) }), 1, 12).Draw(t, "weights")
		shares := money.Split(total, weights)
		var sum, whole money.Amount
		for _, w := range weights {
			whole += w
		}
		for i, s := range shares {
			sum += s
			if whole > 0 {
				exact := float64(total) * float64(weights[i]) / float64(whole)
				if math.Abs(float64(s)-exact) > 1+math.Abs(exact)*1e-9 {
					t.Fatalf("share %d is %d, far from %f", i, s, exact)
				}
			}
		}
		if sum != total {
			t.Fatalf("shares %v sum to %d, want %d", shares, sum, total)
		}
	})
}

func TestSplitThirds(t *testing.T) {
	t.Parallel()
	got := money.Split(50000, []money.Amount{600000, 300000})
	if got[0] != 33333 || got[1] != 16667 {
		t.Errorf("Split(500.00 over 6000:3000) = %v, want [33333 16667]", got)
	}
}

func TestMulAndAddRefuseToWrap(t *testing.T) {
	t.Parallel()
	if _, err := money.Mul(math.MaxInt64/2, 3); err == nil {
		t.Error("Mul wrapped")
	}
	if _, err := money.Add(math.MaxInt64, 1); err == nil {
		t.Error("Add wrapped")
	}
	if got, err := money.Mul(429000, 3); err != nil || got != 1287000 {
		t.Errorf("Mul = %d, %v", got, err)
	}
}
