package intake_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

func TestCleanGTIN(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"4006381333931": "4006381333931", "4 006381 333931": "4006381333931", "96385074": "96385074", "036000291452": "036000291452",
		"4006381333930": "", "2000000000008": "", "0000000000000": "", "400638133393": "", "４006381333931": "", "": "", "штрихкод": "",
	} {
		if got, ok := intake.CleanGTIN(text); got != want || ok != (want != "") {
			t.Errorf("CleanGTIN(%q) = %q %v, want %q", text, got, ok, want)
		}
	}
}

func TestNeedsConfirmation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		old, next money.Amount
		want      bool
	}{{1000, 500, false}, {1000, 499, true}, {1000, 2000, false}, {1, 1, false}} {
		if got := intake.NeedsConfirmation(c.old, c.next); got != c.want {
			t.Errorf("%d → %d: %v", c.old, c.next, got)
		}
	}
}

func FuzzCleanGTIN(f *testing.F) {
	for _, seed := range []string{"4601234567893", "46-01234-567893", "0", "", "４６０", "97805"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if gtin, ok := intake.CleanGTIN(text); ok {
			if again, ok := intake.CleanGTIN(gtin); !ok || again != gtin {
				t.Fatalf("%q is %q, then %q", text, gtin, again)
			}
		}
	})
}
