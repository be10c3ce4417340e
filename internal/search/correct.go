package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

// correct reads words that are not in the dictionary as the likeliest ones that are.
func (s *Service) correct(ctx context.Context, m *meaning) error {
	var asked []string
	var owner []*word
	for _, w := range m.words {
		if w.known || w.stop {
			if w.shown != w.typed {
				m.changed = true
			}
			continue
		}
		for _, form := range forms(w.typed) {
			asked, owner = append(asked, form), append(owner, w)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	near, err := selectNear(ctx, s.db, asked)
	if err != nil {
		return err
	}
	slips, places := swapsAndDrops(asked)
	exact, err := selectSlips(ctx, s.db, slips, places)
	if err != nil {
		return err
	}
	near = append(near, exact...)
	guesses := map[*word][]guess{}
	for _, n := range near {
		form := asked[n.Asked-1]
		w := owner[n.Asked-1]
		if g, ok := judge(form, n, form != w.typed); ok {
			guesses[w] = append(guesses[w], g)
		}
	}
	for w, list := range guesses {
		w.choose(list)
		m.changed = true
	}
	return nil
}

// forms are the spellings under which a word's neighbours are looked for: itself, the other alphabet, the other layout.
func forms(w string) []string {
	n := utf8.RuneCountInString(w)
	if n < 4 || n > maxWordLetters {
		return nil
	}
	out := []string{w}
	other := otherAlphabet(w)
	out = append(out, other[:min(2, len(other))]...)
	if swapped := text.Tokens(text.SwapLayout(w)); len(swapped) == 1 && text.ScriptOf(w) != text.Mixed {
		out = append(out, swapped[0].Word)
	}
	return out
}

// swapsAndDrops gives each word with two neighbours swapped back and with one letter less: slips after which a short
// word shares too few trigrams with the right one to be its neighbour.
func swapsAndDrops(asked []string) (words []string, places []int64) {
	for i, w := range asked {
		r := []rune(w)
		add := func(v []rune) { words, places = append(words, string(v)), append(places, int64(i+1)) }
		for j := range r {
			add(append(r[:j:j], r[j+1:]...))
			if j > 0 && r[j] != r[j-1] {
				v := append([]rune(nil), r...)
				v[j], v[j-1] = v[j-1], v[j]
				add(v)
			}
		}
	}
	return words, places
}

type guess struct {
	word string
	cost float64
}

// judge accepts a neighbour within the tolerance for its length. Rarer words, other first letters and other spellings
// cost a little more, so that of two equal slips the usual word wins.
func judge(form string, n nearWord, respelled bool) (guess, bool) {
	letters := utf8.RuneCountInString(form)
	limit := text.Tolerance(letters)
	if hasDigit(form) {
		limit = 0
	}
	slips := text.Slips(form, n.Word, limit)
	if slips > 2*limit || text.ScriptOf(form) != text.ScriptOf(n.Word) {
		return guess{}, false
	}
	cost := float64(slips) - 0.3*math.Log10(float64(n.DF)+1)
	first, _ := utf8.DecodeRuneInString(form)
	if other, _ := utf8.DecodeRuneInString(n.Word); other != first {
		cost += 0.7
	}
	if respelled {
		cost += 0.5
	}
	return guess{word: n.Word, cost: cost}, true
}

func hasDigit(s string) bool {
	return slices.ContainsFunc([]byte(s), func(b byte) bool { return b >= '0' && b <= '9' })
}

// choose takes the cheapest guess as the word, and the next ones of about that cost as lesser readings.
func (w *word) choose(list []guess) {
	slices.SortStableFunc(list, func(a, b guess) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.word, b.word)) })
	w.shown, w.known = list[0].word, true
	w.add(weightSlip, text.Stem(w.shown))
	for _, g := range list[1:] {
		if g.cost > list[0].cost+1 || len(w.alts) > 4 {
			break
		}
		w.add(weightNextSlip, text.Stem(g.word))
	}
}
