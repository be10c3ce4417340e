package hs

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

// word is one word of a title and how much it says of what the thing is.
type word struct {
	text, stem, root string
	weight           float64
	part             int  // between which marks of punctuation it stands
	tail             bool // it stands behind «из», "with" and the like
	name             bool // it is written as a name in the middle of a title
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
		for _, w := range segment(part, share) {
			w.part = i
			out = append(out, w)
		}
	}
	return out
}

// quantity are words that say how many or in what, where the thing itself comes after them: «набор стаканов», "deck of cards".
var quantity = map[string]bool{"набор": true, "комплект": true, "пара": true, "колода": true, "упаковка": true, "партия": true, "штука": true, "штук": true,
	"set": true, "pair": true, "pack": true, "deck": true, "kit": true, "bundle": true, "lot": true, "piece": true, "pieces": true, "sheet": true, "reel": true, "roll": true}

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
		w := word{text: tok.Word, stem: tok.Stem, root: known(tok), weight: 0.35 * share, tail: behind, name: isName(part, tok)}
		if behind {
			tail = append(tail, w)
		} else {
			head = append(head, w)
		}
	}
	if !slices.ContainsFunc(head, func(w word) bool { return !quantity[w.text] && !isNumber(w.text) }) { // «Из бересты», "Set of 6 bowls": all there is
		for i := range tail {
			tail[i].tail = false
		}
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
// полотенец. And it keeps apart what a stem brings together: a painted plate is no painting, and face paint is none either.
func rootOf(tok text.Token) string {
	if text.ScriptOf(tok.Word) != text.Cyrillic {
		if whole := strings.TrimSuffix(tok.Word, "s"); len(whole) > 4 && (strings.HasSuffix(whole, "ed") || strings.HasSuffix(whole, "ing")) {
			return whole
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

// isName says that a word is written with a capital where the title does not begin with it: «Часы „Победа“», "Balalaika Prima".
func isName(part string, tok text.Token) bool {
	first, _ := utf8.DecodeRuneInString(part[tok.Start:])
	return unicode.IsUpper(first) && strings.ContainsFunc(part[:tok.Start], unicode.IsLetter) && strings.ContainsFunc(part, unicode.IsLower)
}

func isNumber(word string) bool { return strings.ContainsAny(word, "0123456789") }

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
	found = slices.DeleteFunc(found, func(m match) bool {
		return m.class == "" && slices.ContainsFunc(all, func(longer match) bool {
			return longer.class == "" && len(longer.at) > len(m.at) && contains(longer.at, m.at)
		})
	})
	headed(title, found)
	return found
}

func (p phrase) in(title []word, place map[string]int) (match, bool) {
	m := match{phrase: p}
	for _, root := range p.roots {
		at, ok := place[root]
		if !ok {
			return m, false
		}
		// "A belt with a buckle" holds no belt buckle: words of one name stand on one side.
		if len(m.at) > 0 && title[at].tail != title[m.at[0]].tail && !p.crosses {
			return m, false
		}
		m.at = append(m.at, at)
		m.weight = max(m.weight, title[at].weight)
	}
	return m, true
}

// Shares of what a title's words say that name the thing, and of those that only tell more of it.
const (
	besideShare  = 0.55 // another word of the same part names the thing: "bike helmet" is no bike
	unknownShare = 0.75 // the word that names the thing is one we do not know
)

// headed weighs trade words by whether they name the thing: in Russian it is the first of a part, in English the last. Where
// that word is none of ours, what stands beside it says less.
func headed(title []word, found []match) {
	for part := range partsOf(title) {
		var here []int // words of the part in front of any «из»
		for i, w := range title {
			if w.part == part && !w.tail {
				here = append(here, i)
			}
		}
		best := headOf(title, here, found)
		for i := range found {
			m := &found[i]
			if m.class != "" || title[m.at[0]].part != part || title[m.at[0]].tail {
				continue
			}
			switch {
			case best < 0:
				m.weight *= unknownShare
			case !slices.Contains(m.at, best):
				m.weight *= besideShare
			}
		}
	}
}

func partsOf(title []word) map[int]bool {
	parts := map[int]bool{}
	for _, w := range title {
		parts[w.part] = true
	}
	return parts
}

// headOf is the place of the word that names the thing among those of a part; -1 when it is none of ours.
func headOf(title []word, here []int, found []match) int {
	russian := slices.ContainsFunc(here, func(i int) bool { return text.ScriptOf(title[i].text) == text.Cyrillic })
	if !russian {
		here = slices.Clone(here)
		slices.Reverse(here)
	}
	for _, i := range here {
		traded := slices.ContainsFunc(found, func(m match) bool { return m.class == "" && slices.Contains(m.at, i) })
		classed := slices.ContainsFunc(found, func(m match) bool { return m.class != "" && slices.Contains(m.at, i) })
		switch w := title[i]; {
		case traded:
			return i
		case classed, w.name, quantity[w.text], isNumber(w.text), isAdjective(w.text), text.ScriptOf(w.text) == text.Mixed:
			continue
		}
		return -1
	}
	return -1
}

// isAdjective knows a word by its ending; an English one by those that nouns seldom have.
func isAdjective(w string) bool {
	endings := []string{"ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ных", "ной"}
	if text.ScriptOf(w) == text.Latin {
		endings = []string{"ed", "ful", "ous", "ish", "less", "made"}
	}
	return slices.ContainsFunc(endings, func(end string) bool { return len(w) > len(end)+4 && strings.HasSuffix(w, end) })
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
