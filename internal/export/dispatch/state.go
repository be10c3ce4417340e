package dispatch

import "slices"

// State is where a foreign parcel is.
type State string

// The states, in the order of an ordinary life.
const (
	Deciding   State = "deciding"    // paid; whether it may leave is asked anew
	AtDesk     State = "at_desk"     // an exception: an officer looks
	Cleared    State = "cleared"     // may leave; the post does not know of it yet
	Ordered    State = "ordered"     // the post gave its number; papers are to be printed
	Ready      State = "ready"       // papers are there; the seller packs, weighs and signs
	Signed     State = "signed"      // signed; the declaration is to be sent
	Declared   State = "declared"    // the post and the customs service have it
	Held       State = "held"        // the customs service wants something, or said no
	HandedOver State = "handed_over" // the post carries it
	Departed   State = "departed"    // it left the country: the proof of export
	Delivered  State = "delivered"
	Returning  State = "returning"
	Returned   State = "returned"
	Lost       State = "lost"
	Refused    State = "refused"   // by rule or officer; the money went back
	Cancelled  State = "cancelled" // called off by people
)

// States lists every state, in the order of a parcel's life.
var States = []State{Deciding, AtDesk, Cleared, Ordered, Ready, Signed, Declared, Held, HandedOver, Departed, Delivered,
	Returning, Returned, Lost, Refused, Cancelled}

// moves is the whole machine: what is not here cannot happen. A parcel that is weighed anew, whose declaration has to be
// written anew, or whose officer lets it go, is decided anew: no way leads around the decision.
var moves = map[State][]State{
	Deciding:   {Cleared, AtDesk, Refused, Cancelled},
	AtDesk:     {Deciding, Refused, Cancelled},
	Cleared:    {Ordered, Deciding, Cancelled},
	Ordered:    {Ready, Deciding, Cancelled},
	Ready:      {Signed, Deciding, AtDesk, Refused, Cancelled},
	Signed:     {Declared, Deciding, Held, Cancelled, HandedOver},
	Declared:   {HandedOver, Held, Deciding, Cancelled, Departed, Returning},
	Held:       {Declared, Deciding, HandedOver, Refused, Cancelled, Departed, Returning},
	HandedOver: {Departed, Held, Delivered, Returning, Lost},
	Departed:   {Delivered, Returning, Lost},
	Returning:  {Returned, Lost},
}

// May reports whether the machine has the move.
func May(from, to State) bool { return slices.Contains(moves[from], to) }

// Final reports whether nothing more happens to a parcel by itself.
func (s State) Final() bool { return len(moves[s]) == 0 }

// OnTheWay reports whether the post is asked where the parcel is.
func (s State) OnTheWay() bool {
	switch s {
	case Declared, Held, HandedOver, Departed, Returning:
		return true
	}
	return false
}

// BeforeSignature reports whether what is declared may still change.
func (s State) BeforeSignature() bool {
	switch s {
	case Deciding, AtDesk, Cleared, Ordered, Ready:
		return true
	}
	return false
}
