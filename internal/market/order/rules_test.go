package order

import (
	"testing"
)

func TestMachineEndsAndNeverTurnsBack(t *testing.T) {
	t.Parallel()
	actors := []Actor{ByBuyer, BySeller, ByAdmin, ByCarrier, BySystem}
	for _, from := range States {
		for _, to := range States {
			for _, a := range actors {
				if !May(from, to, a) {
					continue
				}
				switch {
				case from == Cancelled && (to != Confirmed || a != BySystem):
					t.Errorf("%s brought a cancelled parcel to %s", a, to)
				case to == Cancelled && !from.BeforeHandOver() && from != AwaitingPayment:
					t.Errorf("%s cancels after hand-over, from %s", a, from)
				case to == Confirmed && a != BySystem:
					t.Errorf("%s says that money came", a)
				case from == Closed, from == Lost, from == ReturnedToSeller:
					t.Errorf("%s leaves the end %s to %s", a, from, to)
				case a == ByBuyer && to != Cancelled:
					t.Errorf("a buyer moves a parcel to %s", to)
				}
			}
		}
	}
}

func TestStandingIsDerived(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		states []State
		want   Standing
	}{
		{nil, StandsCancelled},
		{[]State{AwaitingPayment, AwaitingPayment}, StandsUnpaid},
		{[]State{Confirmed, Cancelled}, StandsNew},
		{[]State{Confirmed, Packed}, StandsWorking},
		{[]State{Packed, InTransit}, StandsOnWay},
		{[]State{InTransit, Delivered}, StandsPartly},
		{[]State{Delivered, Closed, Cancelled}, StandsDelivered},
		{[]State{Cancelled, Cancelled}, StandsCancelled},
		{[]State{Delivered, Lost}, StandsTrouble},
	} {
		if got := StandingOf(tc.states); got != tc.want {
			t.Errorf("%v stands %s, want %s", tc.states, got, tc.want)
		}
	}
}

func TestNumbersAreWellFormedAndDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 2000 {
		n := newNumber()
		if !numberForm.MatchString(n) || seen[n] {
			t.Fatalf("number %q is malformed or came twice", n)
		}
		seen[n] = true
	}
}
