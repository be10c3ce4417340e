package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

// correct reads words that are not in the dictionary as the likeliest ones that are.
func (m *meaning) correct(lex *lexicon) {
	var asked []string
	var owner []*word
	for _, w := range m.words {
		if w.known || w.stop {
			if w.shown != w.typed {
				m.changed = true
			}
			continue
		}
		for _, form := range w.forms() {
			asked, owner = append(asked, form), append(owner, w)
		}
	}
	guesses := map[*word][]guess{}
	for i, form := range asked {
		w := owner[i]
		if w.reading != "" {
			_, w.readingWritten = lex.find(w.reading)
		}
		for _, n := range lex.near(form) {
			if n.word == w.reading {
				continue
			}
			if g, ok := judge(form, n, form != w.typed); ok {
				guesses[w] = append(guesses[w], g)
			}
		}
	}
	for _, w := range m.words {
		if w.settle(guesses[w]) {
			m.changed = true
		}
	}
}

// settle decides how an unknown word is read, and reports whether it is read otherwise than typed. The other alphabet
// wins where it gives a word that people wrote (kofemolka); a reading that only shares a stem with one gives way to a
// slip in the word's own alphabet: cofee is coffee, though кофи would meet кофе.
func (w *word) settle(list []guess) bool {
	switch {
	case w.known || w.stop:
		return false
	case w.reading != "" && (w.readingWritten || len(list) == 0):
		w.known, w.shown = true, w.reading
		w.add(weightReading, text.Stem(w.reading))
	case len(list) == 0:
		return false
	default:
		w.choose(list)
		if w.reading != "" {
			w.add(weightGuess, text.Stem(w.reading))
		}
	}
	return true
}

// forms are the spellings under which a word's neighbours are looked for: itself, and where the other alphabet does not
// give a word as it stands, the other alphabet and the other layout.
func (w *word) forms() []string {
	if w.reading != "" {
		return []string{w.typed}
	}
	return forms(w.typed)
}

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

type guess struct {
	word      string
	cost      float64
	respelled bool // met in the other alphabet or layout
}

// judge accepts a neighbour within the tolerance for its length. Rarer words, other first letters and words that only
// lack the end of what was typed cost a little more, so that of two equal slips the usual word wins.
func judge(form string, n *lexWord, respelled bool) (guess, bool) {
	letters := utf8.RuneCountInString(form)
	limit := text.Tolerance(letters)
	if hasDigit(form) {
		limit = 0
	}
	slips := text.Slips(form, n.word, limit)
	if slips > 2*limit || text.ScriptOf(form) != text.ScriptOf(n.word) {
		return guess{}, false
	}
	cost := float64(slips) - 0.3*math.Log10(float64(n.df)+1)
	first, _ := utf8.DecodeRuneInString(form)
	if other, _ := utf8.DecodeRuneInString(n.word); other != first {
		cost += 0.7
	}
	if cutShort(form, n.word) {
		cost += 1
	}
	return guess{word: n.word, cost: cost, respelled: respelled}, true
}

// cutShort reports whether word is form without its end: people leave letters out more often than they add them, so
// grindr is grinder rather than grind. A last letter typed twice is a slip like any other.
func cutShort(form, word string) bool {
	rest, ok := strings.CutPrefix(form, word)
	last, _ := utf8.DecodeLastRuneInString(word)
	return ok && strings.Trim(rest, string(last)) != ""
}

func hasDigit(s string) bool {
	return slices.ContainsFunc([]byte(s), func(b byte) bool { return b >= '0' && b <= '9' })
}

// choose takes the cheapest guess as the word, one in the word's own alphabet before any other, and the next ones of
// about that cost as lesser readings.
func (w *word) choose(list []guess) {
	slices.SortStableFunc(list, func(a, b guess) int {
		return cmp.Or(order(a.respelled, b.respelled), cmp.Compare(a.cost, b.cost), cmp.Compare(a.word, b.word))
	})
	w.shown, w.known = list[0].word, true
	w.add(weightSlip, text.Stem(w.shown))
	for _, g := range list[1:] {
		if len(w.alts) > 4 {
			break
		}
		if g.cost > list[0].cost+1 {
			continue
		}
		w.add(weightNextSlip, text.Stem(g.word))
	}
}

// order puts what is not before what is.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
