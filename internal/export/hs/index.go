package hs

import (
	"math"
	"strings"
	"sync"

	"github.com/yarmarka/yarmarka/internal/search/dict"
	"github.com/yarmarka/yarmarka/internal/search/text"
)

// posting is a subheading that holds a word, and how much it is about it.
type posting struct {
	entry  int
	weight float64
}

// index finds subheadings by the words of the nomenclature itself.
type index struct {
	postings map[string][]posting
	rarity   map[string]float64 // of a stem: the rarer, the more it tells
}

// Shares of a subheading's own text, its heading's and its chapter's, and of what stands behind the first semicolon:
// "Linen; toilet and kitchen, of terry towelling" is about linen first.
const (
	ownShare, headingShare, chapterShare = 1.0, 0.5, 0.15
	behindShare                          = 0.7
)

var shares = map[int]float64{2: chapterShare, 4: headingShare, 6: ownShare}

var fullText = sync.OnceValue(func() *index {
	t := nomenclature()
	x := &index{postings: map[string][]posting{}, rarity: map[string]float64{}}
	about := map[Code]map[string]float64{} // each line is read once, not once for every subheading under it
	for _, e := range t.entries {
		about[e.Code] = stemsOf(e.Text)
	}
	count := 0.0
	for i, e := range t.entries {
		if e.Code.Level() != 6 {
			continue
		}
		count++
		stems := map[string]float64{}
		for _, p := range PathOf(e.Code) {
			for stem, w := range about[p.Code] {
				stems[stem] = max(stems[stem], w*shares[p.Code.Level()])
			}
		}
		for stem, w := range stems {
			x.postings[stem] = append(x.postings[stem], posting{i, w})
		}
	}
	for stem, list := range x.postings {
		x.rarity[stem] = math.Log(1 + count/float64(len(list)))
	}
	return x
})

// stemsOf are what a line of the nomenclature is about; what it says it is not ("other than of cotton") is left out.
func stemsOf(line string) map[string]float64 {
	stems := map[string]float64{}
	head, rest, _ := strings.Cut(line, ";")
	for share, part := range map[float64]string{1: head, behindShare: rest} {
		for clause := range strings.FieldsFuncSeq(part, func(r rune) bool { return strings.ContainsRune(",;()", r) }) {
			for _, tok := range text.Tokens(saysOf(clause)) {
				if !text.Stop(tok.Word) {
					stems[tok.Stem] = max(stems[tok.Stem], share)
				}
			}
		}
	}
	return stems
}

// saysOf cuts a clause where it begins to say what the thing is not.
func saysOf(clause string) string {
	for _, not := range []string{"other than", "excluding", "not ", "n.e.c.", "except"} {
		if at := strings.Index(clause, not); at >= 0 {
			clause = clause[:at]
		}
	}
	return clause
}

// look gives every subheading, by its place in the tree, the share of the title's words it is about, from 0 to 1.
func (x *index) look(title []word) []float64 {
	n := len(nomenclature().entries)
	got, best := make([]float64, n), make([]float64, n)
	var touched []int
	total := 0.0
	for _, w := range title {
		rarity := x.rarity[w.stem]
		touched = touched[:0]
		for _, stem := range readingsOf(w.stem) {
			rarity = max(rarity, x.rarity[stem])
			for _, p := range x.postings[stem] {
				if best[p.entry] == 0 {
					touched = append(touched, p.entry)
				}
				best[p.entry] = max(best[p.entry], p.weight*x.rarity[stem])
			}
		}
		if rarity == 0 { // a name, or a word the nomenclature does not know
			rarity = 4
		}
		total += rarity * w.weight
		for _, entry := range touched {
			got[entry] += best[entry] * w.weight
			best[entry] = 0
		}
	}
	for entry := range got {
		got[entry] /= max(total, 1)
	}
	return got
}

// readingsOf are a stem and the English words that the shop's thesaurus puts for it.
func readingsOf(stem string) []string {
	list := []string{stem}
	for _, p := range dict.Default().Strong([]string{stem}) {
		if len(p) == 1 && text.ScriptOf(p[0]) == text.Latin {
			list = append(list, p[0])
		}
	}
	return list
}
