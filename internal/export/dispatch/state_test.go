package dispatch

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// However the world turns, a parcel's life ends, and what is over stays over.
func TestEveryWalkEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at, anew := Deciding, 0
		for range 200 {
			next := moves[at]
			if len(next) == 0 {
				return
			}
			to := rapid.SampledFrom(next).Draw(t, "move")
			if !May(at, to) {
				t.Fatalf("%s to %s is in the table and may not happen", at, to)
			}
			if to == Deciding {
				if anew++; anew > 5 { // people do not send one parcel round for ever
					to = Cancelled
					if !May(at, to) {
						return
					}
				}
			}
			at = to
		}
	})
}

func TestTheMachine(t *testing.T) {
	t.Parallel()
	for from, next := range moves {
		for _, to := range next {
			switch {
			case !slices.Contains(States, from) || !slices.Contains(States, to):
				t.Errorf("%s to %s: a state that is not listed", from, to)
			case to == Cleared && from != Deciding:
				t.Errorf("%s is cleared without a decision", from)
			case to == Signed && from != Ready:
				t.Errorf("%s is signed without papers", from)
			case from == Departed && (to == Cancelled || to == Refused || to == Deciding):
				t.Errorf("what has left the country becomes %s", to)
			case to == Departed && from.BeforeSignature():
				t.Errorf("%s leaves unsigned", from)
			}
		}
	}
	for _, s := range States {
		if s != Deciding && !reachable(s) {
			t.Errorf("nothing leads to %s", s)
		}
	}
}

func reachable(to State) bool {
	for _, next := range moves {
		if slices.Contains(next, to) {
			return true
		}
	}
	return false
}
