package search

// tallies counts documents for each pair: a small open-addressing table, because every pair of every candidate passes.
type tallies struct {
	slots []tally
	used  int
}

type tally struct {
	pair Pair
	n    int
	last uint32 // document counted last: one document counts a pair once
}

func (t *tallies) add(p Pair, doc uint32) {
	if t.used*2 >= len(t.slots) {
		t.grow()
	}
	s := t.find(p)
	if s.n == 0 {
		s.pair = p
		t.used++
	}
	if s.n == 0 || s.last != doc {
		s.n++
		s.last = doc
	}
}

func (t *tallies) find(p Pair) *tally {
	h := (uint64(p.Attr)*0x9E3779B97F4A7C15 ^ uint64(p.Value)) * 0xC2B2AE3D27D4EB4F
	for i := int(h >> 40); ; i++ {
		s := &t.slots[i&(len(t.slots)-1)]
		if s.n == 0 || s.pair == p {
			return s
		}
	}
}

func (t *tallies) grow() {
	old := t.slots
	t.slots = make([]tally, max(256, 2*len(old)))
	for _, s := range old {
		if s.n > 0 {
			*t.find(s.pair) = s
		}
	}
}
