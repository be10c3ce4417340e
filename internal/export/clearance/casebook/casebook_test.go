package casebook_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/casebook"
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

// The tables that came with the reference say what the rules in force say, and so do those that were written here from the
// same text, as a lawyer reads it; what rests on hypotheses is told.
func TestTablesOfCasesHold(t *testing.T) {
	t.Parallel()
	lib := library(t)
	names, err := filepath.Glob(filepath.Join("testdata", "*.csv"))
	if err != nil || len(names) != 6 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close() //nolint:errcheck // read only
			cases, err := casebook.Run(lib, f, day)
			if err != nil {
				t.Fatal(err)
			}
			guesses := 0
			for _, c := range cases {
				if !c.Holds() {
					t.Errorf("%s: the rules say %s (%s), the table %s", c.ID, c.Got, c.Because, c.Want)
				}
				if c.Guess {
					guesses++
				}
			}
			t.Logf("%d rows, %d of them rest on a hypothesis", len(cases), guesses)
		})
	}
}
