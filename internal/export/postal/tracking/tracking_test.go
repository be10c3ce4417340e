package tracking

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every code of the table has its phase written down: a change of the table or of its reading shows here.
func TestPhaseOfEveryCode(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(operationsCSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	known := []string{PreAdvised, Accepted, Transit, CustomsPre, Customs, CustomsReleased, CustomsRefused,
		CustomsHold, Departed, OfficeOfExchange, Exported, Imported, DeliveryFailed, Delivered,
		Returned, ReturnedSender, Lost, Destroyed, Stored, None}
	var b strings.Builder
	codes := 0
	for _, row := range rows[1:] {
		var op, attr int
		if _, err := fmt.Sscan(row[0]+" "+row[2], &op, &attr); err != nil {
			t.Fatal(err)
		}
		codes++
		phase, ok, final := Phase(op, attr)
		if !ok || !slices.Contains(known, phase) {
			t.Errorf("%d.%d is %q", op, attr, phase)
		}
		if Name(op, attr) == "" {
			t.Errorf("%d.%d has no name", op, attr)
		}
		mark := ""
		if final {
			mark = " final"
		}
		fmt.Fprintf(&b, "%d.%d %s%s | %s\n", op, attr, phase, mark, Name(op, attr))
	}
	if codes != 446 || len(meanings) != 446 {
		t.Errorf("%d rows, %d codes", codes, len(meanings))
	}
	want, err := os.ReadFile("testdata/phases.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestPhaseOfAnExport(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		op, attr int
		phase    string
		final    bool
	}{
		{28, 0, PreAdvised, false}, {27, 0, PreAdvised, false}, {1, 2, Accepted, false}, {39, 1, CustomsPre, false},
		{39, 8, CustomsReleased, false}, {39, 9, CustomsRefused, false}, {11, 0, Customs, false}, {14, 1, CustomsReleased, false},
		{14, 4, CustomsRefused, false}, {14, 7, CustomsHold, false}, {14, 8, CustomsHold, false}, {14, 15, CustomsHold, false},
		{14, 25, CustomsRefused, false}, {14, 26, Departed, false}, {29, 0, OfficeOfExchange, false}, {10, 0, Exported, false},
		{9, 1, Imported, false}, {24, 1055, CustomsHold, false}, {12, 1, DeliveryFailed, false}, {2, 1, Delivered, true},
		{2, 2, ReturnedSender, true}, {2, 31, ReturnedSender, false}, {3, 1, Returned, false}, {18, 0, Lost, true}, {16, 0, Destroyed, true},
	} {
		if phase, known, final := Phase(tt.op, tt.attr); phase != tt.phase || !known || final != tt.final {
			t.Errorf("%d.%d is %q (known %v, final %v), want %q (%v)", tt.op, tt.attr, phase, known, final, tt.phase, tt.final)
		}
	}
	// 14.26 alone proves an export, and nothing else is delivered than what the addressee has.
	for code, m := range meanings {
		if m.phase == Departed && code != (operationCode{14, 26}) {
			t.Errorf("%v proves an export", code)
		}
		if m.phase == Delivered && code.op != 2 {
			t.Errorf("%v is delivered", code)
		}
	}
}
