package clearance

import (
	"slices"
	"strings"
	"unicode"
)

// says looks for whole words or phrases in a text (`has`), or for their beginning where a star stands for the rest, or
// asks whether one of them is all of it (`=`), or whether nothing but them and numbers is in it (`only`).
func (f field) says(op string, values []string) (clause, *flaw) {
	phrases := make([]string, len(values))
	for i, v := range values {
		phrases[i] = spaced(v)
		if stem, ok := strings.CutSuffix(v, "*"); ok {
			if op != "has" && op != "not has" || plain(stem) == "" {
				return nil, &flaw{"", "stem_takes", []any{"text", v}}
			}
			phrases[i] = " " + plain(stem) // any ending may follow
		}
	}
	switch op {
	case "has", "not has":
		return f.has(phrases, op == "has"), nil
	case "in", "=":
		return func(s *subject) bool { return slices.Contains(phrases, s.plain[f.prose]) }, nil
	case "only":
		slices.SortStableFunc(phrases, func(a, b string) int { return len(b) - len(a) })
		known := map[string]bool{}
		for _, v := range phrases {
			for w := range strings.FieldsSeq(v) {
				known[w] = true
			}
		}
		return func(s *subject) bool {
			return only(s.plain[f.prose], known) && emptied(s.plain[f.prose], phrases)
		}, nil
	}
	return nil, &flaw{"", "prose_takes", []any{"op", op}}
}

// fewWords is how many phrases are looked for one by one: a search in a short text costs less than taking it apart.
const fewWords = 8

// has asks whether one of the phrases is in the text, or, when that is not wanted, none.
func (f field) has(phrases []string, want bool) clause {
	if len(phrases) <= fewWords {
		return func(s *subject) bool {
			got := s.plain[f.prose]
			return slices.ContainsFunc(phrases, func(v string) bool { return strings.Contains(got, v) }) == want
		}
	}
	words := lexiconOf(phrases)
	return func(s *subject) bool { return words.in(s.plain[f.prose]) == want }
}

// emptied says whether a text has words, and nothing is left of it but numbers when the phrases, the longest first, are
// taken out.
func emptied(text string, phrases []string) bool {
	if text == "" || !slices.ContainsFunc(phrases, func(v string) bool { return strings.Contains(text, v) }) {
		return false
	}
	for _, v := range phrases {
		for strings.Contains(text, v) {
			text = strings.Replace(text, v, " ", 1)
		}
	}
	return !strings.ContainsFunc(text, unicode.IsLetter)
}

// only says whether each word of a text is a number or one of those known: most texts have another early, and are done.
func only(text string, known map[string]bool) bool {
	for w := range strings.FieldsSeq(text) {
		if !known[w] && strings.ContainsFunc(w, unicode.IsLetter) {
			return false
		}
	}
	return true
}

// lexicon finds phrases in a text by the first two bytes of each of its words, so that a list of a hundred costs little
// more than a list of one. Phrases begin with a space, and end with one unless they are the beginning of a word.
type lexicon map[[2]byte][]string

func lexiconOf(phrases []string) lexicon {
	x := lexicon{}
	for _, v := range phrases {
		if strings.TrimSpace(v) != "" {
			x[[2]byte{v[1], at(v, 2)}] = append(x[[2]byte{v[1], at(v, 2)}], v)
		}
	}
	return x
}

func at(text string, i int) byte {
	if i < len(text) {
		return text[i]
	}
	return 0 // the stem of one byte: see in
}

func (x lexicon) in(text string) bool {
	for i := 0; i+2 < len(text); i++ {
		if text[i] != ' ' {
			continue
		}
		for _, key := range [...][2]byte{{text[i+1], text[i+2]}, {text[i+1], 0}} {
			for _, v := range x[key] {
				if strings.HasPrefix(text[i:], v) {
					return true
				}
			}
		}
	}
	return false
}

// plain is a text as words in lower case with one space between them.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}
