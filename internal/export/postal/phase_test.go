package postal

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Every code of the table has its phase written down: a change of the table or of its reading shows here.
func TestPhaseOfEveryCode(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(operationsCSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	known := []string{PhasePreAdvised, PhaseAccepted, PhaseTransit, PhaseCustomsPre, PhaseCustoms, PhaseCustomsReleased, PhaseCustomsRefused,
		PhaseCustomsHold, PhaseDeparted, PhaseOfficeOfExchange, PhaseExported, PhaseImported, PhaseDeliveryFailed, PhaseDelivered,
		PhaseReturned, PhaseReturnedSender, PhaseLost, PhaseDestroyed, PhaseStored, PhaseNone}
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
		if OperationName(op, attr) == "" {
			t.Errorf("%d.%d has no name", op, attr)
		}
		mark := ""
		if final {
			mark = " final"
		}
		fmt.Fprintf(&b, "%d.%d %s%s | %s\n", op, attr, phase, mark, OperationName(op, attr))
	}
	if codes != 446 || len(meanings) != 446 {
		t.Errorf("%d rows, %d codes", codes, len(meanings))
	}
	golden(t, "phases.txt", b.String())
}

func TestPhaseOfAnExport(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		op, attr int
		phase    string
		final    bool
	}{
		{28, 0, PhasePreAdvised, false}, {27, 0, PhasePreAdvised, false}, {1, 2, PhaseAccepted, false}, {39, 1, PhaseCustomsPre, false},
		{39, 8, PhaseCustomsReleased, false}, {39, 9, PhaseCustomsRefused, false}, {11, 0, PhaseCustoms, false}, {14, 1, PhaseCustomsReleased, false},
		{14, 4, PhaseCustomsRefused, false}, {14, 7, PhaseCustomsHold, false}, {14, 8, PhaseCustomsHold, false}, {14, 15, PhaseCustomsHold, false},
		{14, 25, PhaseCustomsRefused, false}, {14, 26, PhaseDeparted, false}, {29, 0, PhaseOfficeOfExchange, false}, {10, 0, PhaseExported, false},
		{9, 1, PhaseImported, false}, {24, 1055, PhaseCustomsHold, false}, {12, 1, PhaseDeliveryFailed, false}, {2, 1, PhaseDelivered, true},
		{2, 2, PhaseReturnedSender, true}, {2, 31, PhaseReturnedSender, false}, {3, 1, PhaseReturned, false}, {18, 0, PhaseLost, true}, {16, 0, PhaseDestroyed, true},
	} {
		if phase, known, final := Phase(tt.op, tt.attr); phase != tt.phase || !known || final != tt.final {
			t.Errorf("%d.%d is %q (known %v, final %v), want %q (%v)", tt.op, tt.attr, phase, known, final, tt.phase, tt.final)
		}
	}
	// 14.26 alone proves an export, and nothing else is delivered than what the addressee has.
	for code, m := range meanings {
		if m.phase == PhaseDeparted && code != (operationCode{14, 26}) {
			t.Errorf("%v proves an export", code)
		}
		if m.phase == PhaseDelivered && code.op != 2 {
			t.Errorf("%v is delivered", code)
		}
	}
}
