// Package text turns what people type and what sellers write into the same words: it folds letters (ё→е, full
// width, case), cuts text into tokens, stems them by the alphabet they are in, and knows how a word goes wrong
// (keyboard layout, transliteration, a slip of the finger). It is pure: no index, no database, no language setting.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxQuery is how many characters of a query are looked at; the rest could only cost time.
const MaxQuery = 200

// Token is one word of a text: as folded, its stem, and its place among the words.
type Token struct {
	Word  string // folded surface form
	Stem  string // what is indexed
	Pos   int    // 0-based place in the text; variants of one word share it
	Start int    // byte offsets in the original text
	End   int
	Extra bool // a second reading of the word at the same place: «wi-fi» as wifi, «500мл» as 500 and мл
}

// Clean makes any bytes a person or a robot sends into valid, printable, bounded text: invalid UTF-8, NUL, controls,
// zero-width and direction marks become spaces or vanish, runs of space are one.
func Clean(s string) string {
	if len(s) > MaxQuery*16 {
		s = s[:MaxQuery*16]
	}
	s = norm.NFKC.String(strings.ToValidUTF8(s, " "))
	var b strings.Builder
	n, space := 0, true
	for _, r := range s {
		if invisible(r) {
			continue
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError {
			r = ' '
		}
		if r == ' ' && space {
			continue
		}
		if n++; n > MaxQuery {
			break
		}
		space = r == ' '
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

func invisible(r rune) bool {
	return r == 0x00AD || r == 0x034F || r == 0x115F || r == 0x1160 || r == 0xFEFF || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x206F
}

// Fold lower-cases, composes and unifies letters that people do not tell apart: ё and е, é and e, full width.
// The letter й stays itself.
func Fold(s string) string {
	s = strings.ToLower(s)
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKC.String(s) {
		b.WriteString(foldRune(r))
	}
	return b.String()
}

// plain reports whether nothing but case has to be folded: Latin letters, digits and Cyrillic without ё.
func plain(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && (r < 'а' || r > 'я') {
			return false
		}
	}
	return true
}

func foldRune(r rune) string {
	switch {
	case r < utf8.RuneSelf:
		return string(r)
	case r == 'ё':
		return "е"
	case r == 'й' || r == 'ї':
		return string(r)
	case unicode.Is(unicode.Mn, r) || invisible(r):
		return ""
	}
	d := norm.NFKD.String(string(r))
	first, size := utf8.DecodeRuneInString(d)
	if size < len(d) && unicode.IsLetter(first) && unicode.Is(unicode.Latin, first) {
		return string(unicode.ToLower(first))
	}
	return string(unicode.ToLower(r))
}

// Tokens is Split with every word's stem.
func Tokens(s string) []Token {
	out := Split(s)
	for i := range out {
		out[i].Stem = Stem(out[i].Word)
	}
	return out
}

// Split cuts s into words and leaves their stems empty. Hyphened and mixed words are given whole and in parts, so that «wi-fi», «wifi» and
// «wi fi», or «500 мл» and «500мл», can meet.
func Split(s string) []Token {
	out := make([]Token, 0, len(s)/6+1)
	pos := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !wordRune(r) {
			i += size
			continue
		}
		end := compoundEnd(s, i)
		out = appendCompound(out, s, i, end, &pos)
		i = end
	}
	return out
}

// compoundEnd is where the run of letters, digits and inner joiners that starts at i stops.
func compoundEnd(s string, i int) int {
	end := i
	for j := i; j < len(s); {
		r, size := utf8.DecodeRuneInString(s[j:])
		switch {
		case wordRune(r):
			j += size
			end = j
		case joiner(r) && j+size < len(s) && end == j:
			if next, _ := utf8.DecodeRuneInString(s[j+size:]); !wordRune(next) {
				return end
			}
			j += size
		default:
			return end
		}
	}
	return end
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	if r >= 'А' && r <= 'я' {
		return true
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r))
}

func joiner(r rune) bool {
	return r == '-' || apostrophe(r) || r == '‑' || r == '&' || r == '.' || r == ','
}

// apostrophe marks that stand inside a word and do not part it: l'oreal, apel'sin.
func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '`' }

var apostrophes = strings.NewReplacer("'", "", "’", "", "ʼ", "", "`", "")

// appendCompound emits the parts of one run at successive places, and its joined form beside the first part.
func appendCompound(out []Token, s string, start, end int, pos *int) []Token {
	first, parts := *pos, 0
	var joined strings.Builder
	join := true
	for i := start; i < end && len(out) < maxTokens; {
		r, size := utf8.DecodeRuneInString(s[i:end])
		if !wordRune(r) {
			join = join && r != ',' && r != '.'
			i += size
			continue
		}
		j := i
		for j < end {
			q, n := utf8.DecodeRuneInString(s[j:end])
			if !wordRune(q) && !apostrophe(q) {
				break
			}
			j += n
		}
		word := apostrophes.Replace(Fold(s[i:j]))
		if word != "" {
			out = append(out, Token{Word: word, Pos: *pos, Start: i, End: j})
			out = appendMixed(out, word, *pos, i, j)
			joined.WriteString(word)
			*pos++
			parts++
		}
		i = j
	}
	if parts > 1 && join {
		w := joined.String()
		out = append(out, Token{Word: w, Pos: first, Start: start, End: end, Extra: true})
	}
	return out
}

const maxTokens = 4000

// appendMixed adds the letter and digit parts of a word like 500мл or iphone7.
func appendMixed(out []Token, word string, pos, start, end int) []Token {
	parts := SplitMixed(word)
	for _, p := range parts {
		out = append(out, Token{Word: p, Pos: pos, Start: start, End: end, Extra: true})
	}
	return out
}

// SplitMixed gives the parts of a word of exactly one run of letters and one of digits ("ps4": ps, 4); nil otherwise:
// part numbers with more changes than that mean something only whole.
func SplitMixed(word string) []string {
	cut := -1
	prev := rune(0)
	for i, r := range word {
		if i > 0 && unicode.IsDigit(prev) != unicode.IsDigit(r) {
			if cut >= 0 {
				return nil
			}
			cut = i
		}
		prev = r
	}
	if cut < 0 {
		return nil
	}
	return []string{word[:cut], word[cut:]}
}
