package form

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Keepable reports whether a database can keep text as it was typed: valid UTF-8 without NUL. What is
// not is refused, for nobody types it and what is left without it is not what was meant.
func Keepable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Clean makes text safe to keep and show: invalid bytes and control characters go, and so do
// direction overrides, marks and letters that nobody sees and that make one name look like another,
// and heaps of marks on one letter. Line breaks stay; the result is NFC and trimmed, and empty when
// there is nothing in it to be seen.
func Clean(s string) string {
	if plain(s) {
		return strings.TrimSpace(s)
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	s = strings.Map(seen, s)
	for { // what is dropped may bring together letters that compose, or a joiner and its end
		next := strings.TrimSpace(unstack(unjoin(norm.NFC.String(s))))
		if next == s {
			return s
		}
		s = next
	}
}

// plain reports whether nothing but spaces at the ends has to be looked at: Latin and Russian letters, digits, signs.
func plain(s string) bool {
	for _, r := range s {
		if (r < ' ' || r > '~') && (r < 'А' || r > 'я') && r != 'ё' && r != 'Ё' && r != '\n' {
			return false
		}
	}
	return true
}

// blank are letters and signs that Unicode does not call invisible and that are: fillers of Hangul, the empty Braille
// cell, the joiner of graphemes, vowels of Khmer that are never shown.
const blank = "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5"

// seen drops what is not seen; the joiners are judged afterwards, by what stands beside them.
func seen(r rune) rune {
	switch {
	case r == '\n' || r == '\t' || r == joiner || r == nonJoiner:
		return r
	case r == '\u2028' || r == '\u2029': // line and paragraph separators
		return '\n'
	case strings.ContainsRune(blank, r), unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs):
		return -1
	case r >= 0xE0100 && r <= 0xE01EF: // selectors of ideographs, which carry any bytes unseen
		return -1
	}
	return r
}

const (
	joiner    = '\u200d'
	nonJoiner = '\u200c'
)

// joining are the scripts in which joiners change what is seen.
var joining = []*unicode.RangeTable{unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati,
	unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Tibetan}

// unjoin drops joiners where they join nothing: between letters of scripts that do not join, at the ends, one after another.
func unjoin(s string) string {
	if !strings.ContainsAny(s, "\u200c\u200d") {
		return s
	}
	runes, kept := []rune(s), make([]rune, 0, len(s))
	for i, r := range runes {
		if (r == joiner || r == nonJoiner) && (len(kept) == 0 || i == len(runes)-1 || !joins(r, kept[len(kept)-1], runes[i+1])) {
			continue
		}
		kept = append(kept, r)
	}
	return string(kept)
}

// joins reports whether a joiner between two characters shapes what is seen: an emoji, or letters of a script that joins.
func joins(r, before, after rune) bool {
	if unicode.In(before, joining...) {
		return unicode.In(after, joining...)
	}
	pictured := unicode.Is(unicode.So, before) || before == '\ufe0f' || before >= 0x1F3FB && before <= 0x1F3FF // a picture, its selector, a skin's tone
	return r == joiner && pictured && unicode.Is(unicode.So, after)
}

// maxMarks is how many marks may stand on one letter of a script that builds its syllables of marks; mostMarks, on any
// other, once what composes is composed: more than any language needs, fewer than cover the lines around.
const (
	maxMarks  = 4
	mostMarks = 2
)

// unstack drops marks that stand on nothing, and what is piled upon a letter beyond what its script needs.
func unstack(s string) string {
	marks, most := 0, 0
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			marks, most = 0, 0
		case !unicode.In(r, unicode.Mn, unicode.Me):
			marks, most = 0, maxMarks
			if unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Common) {
				most = mostMarks
			}
		default:
			if marks++; marks > most {
				return -1
			}
		}
		return r
	}, s)
}

// Length counts the characters that a reader sees: a letter and its marks, a family of emoji or a flag is one.
func Length(s string) int {
	n := 0
	for range graphemes(s) {
		n++
	}
	return n
}

// Cut shortens a text to at most max code points, an ellipsis among them, and never through a character that a reader
// sees as one.
func Cut(s string, max int) string {
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	end, used := 0, 0
	for g := range graphemes(s) {
		n := utf8.RuneCountInString(g)
		if used+n > max-1 {
			break
		}
		end, used = end+len(g), used+n
	}
	return strings.TrimRightFunc(s[:end], unicode.IsSpace) + "…"
}

// Limit cuts a text to at most max code points, for what is looked up or kept and not shown as shortened.
func Limit(s string, max int) string {
	if runes := []rune(s); len(runes) > max {
		return string(runes[:max])
	}
	return s
}

// graphemes gives what a reader sees as characters, one after the other: the rules of Unicode Standard Annex #29 that
// cleaned text can meet.
func graphemes(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, flags, last := 0, 0, rune(0)
		for i, r := range s {
			if i > start && !extends(last, r, flags) {
				if !yield(s[start:i]) {
					return
				}
				start, flags = i, 0
			}
			if regional(r) {
				flags++
			}
			last = r
		}
		if start < len(s) {
			yield(s[start:])
		}
	}
}

// extends reports whether r belongs to the character that last ends; flags counts its letters of a flag.
func extends(last, r rune, flags int) bool {
	switch {
	case unicode.In(r, unicode.M) || r == joiner || r == nonJoiner || r >= 0x1F3FB && r <= 0x1F3FF:
		return true
	case last == joiner:
		return unicode.Is(unicode.So, r)
	}
	return regional(r) && regional(last) && flags == 1
}

func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
