package record

// Away is what is kept of a variant for visitors from abroad: the offer that they are told of, what it costs, in which
// class of countries and services it goes, and its weight, from which follow postage and duty. It lies among the
// variant's pairs under attribute 0, which no attribute has, in this order; only the class is a term of the index.
type Away struct {
	Class int64
	Grams int64
	Offer int64
	Price int64 // kopecks, of one piece
}

// AwayAttr is the attribute of such pairs.
const AwayAttr = 0

// Send adds what is kept for visitors from abroad.
func (v *Variant) Send(a Away) {
	for _, n := range []int64{a.Class, a.Grams, a.Offer, a.Price} {
		v.Pairs = append(v.Pairs, Pair{AwayAttr, n})
	}
}

// Away reads it back; false for a variant that is sold at home alone.
func (v *Variant) Away() (Away, bool) {
	var read [4]int64
	n := 0
	for _, p := range v.Pairs {
		if p.Attr == AwayAttr && n < len(read) {
			read[n] = p.Value
			n++
		}
	}
	return Away{read[0], read[1], read[2], read[3]}, n == len(read)
}

// Indexed are the pairs that documents are found by.
func (v *Variant) Indexed() []Pair {
	list, class := make([]Pair, 0, len(v.Pairs)), false
	for _, p := range v.Pairs {
		if p.Attr == AwayAttr {
			if class {
				continue
			}
			class = true
		}
		list = append(list, p)
	}
	return list
}
