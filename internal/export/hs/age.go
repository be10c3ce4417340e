package hs

import (
	"slices"
	"strings"
)

// Years from which the nomenclature knows old things apart: chapter 97, note 5 and headings 9701 to 9703 and 9706.
const (
	antiqueYears = 100
	oldestYears  = 250
)

// agedCode is the place of a work of art that is older than a hundred years, beside that of a younger one.
var agedCode = map[Code]Code{"970191": "970121", "970192": "970122", "970199": "970129", "970290": "970210", "970390": "970310"}

// byAge moves what is known to be older than a hundred years: a work of art to the subheading of the old ones, and any
// other thing to the antiques, where its own name no longer counts. Pearls and stones stay where they are, and so do
// collections, which have no age.
func (s scales) byAge(years int) {
	if years <= antiqueYears {
		return
	}
	antique := Code("970690")
	if years > oldestYears {
		antique = "970610"
	}
	for _, c := range s.list() {
		to, art := agedCode[c.code]
		switch {
		case art:
		case strings.HasPrefix(string(c.code), "97"), slices.Contains([]Code{"7101", "7102", "7103"}, c.code.Heading()):
			continue
		default:
			to = antique
		}
		delete(s, c.code)
		if old := s.of(to); c.points > old.points {
			old.points, old.unsure = c.points, c.unsure
			old.evidence = append(slices.Clone(c.evidence), Evidence{Kind: ByAge, N: years, Sure: true})
		}
	}
}

// list is the candidates in the order of their codes, so that the same question is answered the same.
func (s scales) list() []*candidate {
	list := make([]*candidate, 0, len(s))
	for _, c := range s {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *candidate) int { return strings.Compare(string(a.code), string(b.code)) })
	return list
}
