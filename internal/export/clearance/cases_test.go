package clearance_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
)

var day = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func library(t testing.TB) *clearance.Library {
	t.Helper()
	lib, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// The tables that came with the reference say what the rules in force say; what rests on hypotheses is told.
func TestGivenCasesHold(t *testing.T) {
	t.Parallel()
	lib := library(t)
	for _, name := range []string{"cn_form_cases.csv", "cultural_cases.csv", "s10_vectors.csv"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := os.Open(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close() //nolint:errcheck // read only
			cases, err := clearance.Cases(lib, f, day)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cases {
				if !c.Holds() {
					t.Errorf("%s: the rules say %s (%s), the table %s", c.ID, c.Got, c.Because, c.Want)
				}
				if c.Guess {
					t.Logf("%s: %s rests on the hypothesis %s", c.ID, c.Got, c.Because)
				}
			}
		})
	}
}
