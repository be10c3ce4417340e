package rank

import (
	"slices"

	"github.com/yarmarka/yarmarka/internal/search/record"
)

// Accessories tells from a title whether what is sold is the thing that was asked for or goes with it. A language says it by
// the order of its words, so this needs no list of what goes with what: English names the thing last ("laptop lock"),
// Russian first («крышка кастрюли»; what follows «для» is no part of these titles). Lexemes are kept by the low two bytes
// of their numbers, as titles have them.
type Accessories struct{ things, ends places }

// places is a set of numbers of two bytes.
type places [1 << 16 / 64]uint64

func (p *places) add(lexemes []uint32) {
	for _, h := range lexemes {
		p[uint16(h)/64] |= 1 << (h % 64)
	}
}

func (p *places) has(h uint16) bool { return p[h/64]>>(h%64)&1 == 1 }

// NewAccessories takes the lexemes of accessories, and those after which a title speaks of another thing.
func NewAccessories(things, ends []uint32) *Accessories {
	a := &Accessories{}
	a.things.add(things)
	a.ends.add(ends)
	return a
}

// How far from the words that were asked for an accessory may stand: «laptop privacy screen filter», «крышка большой кастрюли».
const (
	reachAfter  = 3
	reachBefore = 2
)

// apart reports whether the titles name an accessory, which the query does not, after the query's words in English or
// before them in Russian.
func (a *Accessories) apart(q *Query, titles *record.Titles, hits []hit) bool {
	if a == nil {
		return false
	}
	first, last := [2]int{record.EnglishFrom, record.EnglishFrom}, [2]int{-1, -1}
	for _, h := range hits {
		if h.pos >= 0 && h.pos/record.EnglishFrom < len(titles) {
			lang, at := h.pos/record.EnglishFrom, h.pos%record.EnglishFrom
			first[lang], last[lang] = min(first[lang], at), max(last[lang], at)
		}
	}
	const ru, en = 0, 1
	if last[en] >= 0 && a.among(q, titles[en], last[en]+1, last[en]+reachAfter, 1) {
		return true
	}
	return last[ru] >= 0 && a.among(q, titles[ru], first[ru]-1, first[ru]-reachBefore, -1)
}

// among looks for an accessory in a title from one place to another, until it speaks of something else.
func (a *Accessories) among(q *Query, t record.TitleWords, from, to, step int) bool {
	for i := from; i != to+step && i >= 0 && i < t.Len(); i += step {
		h := t.At(i)
		switch {
		case a.ends.has(h):
			return false
		case a.things.has(h) && !q.names(h):
			return true
		}
	}
	return false
}

// names reports whether a word of the query may mean the lexeme.
func (q *Query) names(h uint16) bool {
	return slices.ContainsFunc(q.Groups, func(g Group) bool {
		return slices.ContainsFunc(g.Alts, func(a Alt) bool {
			return slices.ContainsFunc(a.Terms, func(t uint32) bool { return uint16(t) == h })
		})
	})
}
