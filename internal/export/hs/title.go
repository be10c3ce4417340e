package hs

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

// word is one word of a title and how much it says of what the thing is.
type word struct {
	text, stem, root string
	weight           float64
}

// after are words behind which a title tells what the thing is for, made of or sold with, not what it is.
var after = map[string]bool{"для": true, "под": true, "с": true, "со": true, "из": true, "от": true, "в": true, "на": true, "к": true, "без": true, "по": true,
	"for": true, "with": true, "of": true, "from": true, "in": true, "on": true, "without": true, "by": true, "under": true}

// reading is a title cut into words, with the weight each has.
func reading(title string) []word {
	var out []word
	for i, part := range strings.FieldsFunc(title, func(r rune) bool { return strings.ContainsRune(",;:()—–|/", r) }) {
		share := 1.0
		if i > 0 {
			share = 0.45
		}
		out = append(out, segment(part, share)...)
	}
	return out
}

// segment weighs the words between two marks of punctuation. A Russian title begins with its noun, «Полотенце махровое»;
// an English one ends with it, "Terry towel".
func segment(part string, share float64) []word {
	var head, tail []word
	cyrillic, behind := 0, false
	for _, tok := range text.Tokens(part) {
		if tok.Extra {
			continue
		}
		if after[tok.Word] {
			behind = true
			continue
		}
		if text.Stop(tok.Word) {
			continue
		}
		if text.ScriptOf(tok.Word) == text.Cyrillic {
			cyrillic++
		}
		w := word{text: tok.Word, stem: tok.Stem, root: rootOf(tok), weight: 0.35 * share}
		if behind {
			tail = append(tail, w)
		} else {
			head = append(head, w)
		}
	}
	if len(head) == 0 { // «Из бересты»: all there is
		head, tail = tail, nil
	}
	for i := range head {
		if cyrillic > 0 {
			head[i].weight = share * max(0.6, 1-0.06*float64(i))
		} else {
			head[i].weight = share * max(0.5, 1-0.12*float64(len(head)-1-i))
		}
	}
	return append(head, tail...)
}

// rootOf brings forms together that a stem keeps apart: стакан and стаканов, открытка and открыток, полотенце and
// полотенец. And it keeps apart what a stem brings together: a painted plate is no painting.
func rootOf(tok text.Token) string {
	if text.ScriptOf(tok.Word) != text.Cyrillic {
		if len(tok.Word) > 4 && strings.HasSuffix(tok.Word, "ed") {
			return tok.Word
		}
		return tok.Stem
	}
	stem := text.Stem(tok.Stem)
	for _, fleeting := range []string{"ок", "ек", "ец"} {
		if rest, ok := strings.CutSuffix(stem, fleeting); ok && len(rest) > 2 {
			_, last := utf8.DecodeRuneInString(fleeting)
			return rest + fleeting[last:]
		}
	}
	return stem
}

// match is a phrase of the bridge that a title holds.
type match struct {
	phrase
	weight float64
	at     []int // places of its words in the reading
}

// matches finds the phrases that are wholly there, in any order of words, without those that are part of a longer one.
func (b *bridge) matches(title []word) []match {
	place := map[string]int{}
	for i, w := range title {
		if _, ok := place[w.root]; !ok {
			place[w.root] = i
		}
	}
	var found []match
	for root := range place {
		for _, p := range b.phrases[root] {
			if m, ok := p.in(title, place); ok {
				found = append(found, m)
			}
		}
	}
	slices.SortFunc(found, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.at[0], b.at[0]), cmp.Compare(len(b.at), len(a.at)), cmp.Compare(a.text, b.text), cmp.Compare(a.trade, b.trade))
	})
	all := slices.Clone(found)
	return slices.DeleteFunc(found, func(m match) bool {
		return m.class == "" && slices.ContainsFunc(all, func(longer match) bool {
			return longer.class == "" && len(longer.at) > len(m.at) && contains(longer.at, m.at)
		})
	})
}

func (p phrase) in(title []word, place map[string]int) (match, bool) {
	m := match{phrase: p}
	for _, root := range p.roots {
		at, ok := place[root]
		if !ok {
			return m, false
		}
		m.at = append(m.at, at)
		m.weight = max(m.weight, title[at].weight)
	}
	return m, true
}

func contains(all, part []int) bool {
	return !slices.ContainsFunc(part, func(i int) bool { return !slices.Contains(all, i) })
}

// classesOf lists what a thing is made of and whom it is for, in the order it is said, with the words that say so.
func (b *bridge) classesOf(texts ...string) (classes []string, said map[string]string) {
	said = map[string]string{}
	for _, t := range texts {
		for _, m := range b.matches(reading(t)) {
			if m.class != "" && said[m.class] == "" {
				said[m.class] = m.text
				classes = append(classes, m.class)
			}
		}
	}
	return classes, said
}
