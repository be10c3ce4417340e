package papers

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// romans is the transliteration of Russian passports (ICAO Doc 9303), by small letters.
var romans = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f",
	'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "ie", 'ы': "y", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia",
	'і': "i", 'ї': "i", 'є': "ie", 'ґ': "g", 'ў': "u", 'қ': "k", 'ғ': "g", 'ә': "a", 'ө': "o", 'ү': "u", 'ұ': "u", 'ң': "n", 'һ': "h",
}

// plainer are Latin letters and signs that the forms' fonts lack and that do not fall apart into a letter and its accents.
var plainer = map[rune]string{'ə': "a", 'Ə': "A", 'ẞ': "SS", 'ɛ': "e", 'Ɛ': "E", 'ɔ': "o", 'Ɔ': "O", 'ŋ': "ng", 'ơ': "o", 'Ơ': "O", 'ư': "u", 'Ư': "U",
	'‐': "-", '‑': "-", '−': "-", 'ʼ': "'", 'ʻ': "'", 'ʹ': "'"}

// Latin writes a text in letters that forms can show and officers abroad can read: Russian in Latin letters as passports
// do, Latin letters that the fonts lack without their accents, and nothing that is not seen. For a name or an address it
// is a suggestion, which its owner confirms. A sign that no form can show becomes a space; a letter of another script it
// leaves, and Check refuses.
func Latin(text string) string {
	var b strings.Builder
	for _, r := range text {
		roman, russian := romanOf(r)
		switch {
		case russian:
			b.WriteString(roman)
		case unicode.Is(unicode.Cf, r): // joiners and marks of direction
		case canPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(visible(bare(r)))
		}
	}
	return strings.NewReplacer("№", "No.", "«", `"`, "»", `"`, "—", "-", "–", "-").Replace(b.String())
}

// Foreign gives the first letter of a text that no form can show, even in Latin letters: whoever wrote it has to tell the
// same in Latin letters themselves. "" is none.
func Foreign(text string) string {
	latin := Latin(text)
	if r, bad := firstOf(latin, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) || !canPrint(r) }); bad {
		return string(r)
	}
	return ""
}

// Shown writes a text with what forms can show: letters that the fonts lack without their accents, and a space for what
// is left. The script stays as it is.
func Shown(text string) string {
	var b strings.Builder
	for _, r := range text {
		plain := string(r)
		if !canPrint(r) {
			plain = visible(bare(r))
		}
		if _, bad := firstOf(plain, func(r rune) bool { return !canPrint(r) }); bad {
			plain = " "
		}
		b.WriteString(plain)
	}
	return words(b.String())
}

// visible is a text, or a space where it is a sign, and no letter, that the fonts lack.
func visible(text string) string {
	if _, lost := firstOf(text, func(r rune) bool { return !unicode.IsLetter(r) && !canPrint(r) }); lost {
		return " "
	}
	return text
}

// romanOf is a Russian letter in Latin ones; a capital gives one capital.
func romanOf(r rune) (string, bool) {
	roman, russian := romans[unicode.ToLower(r)]
	if russian && unicode.IsUpper(r) && roman != "" {
		roman = strings.ToUpper(roman[:1]) + roman[1:]
	}
	return roman, russian
}

// bare is a letter without its accents, if the fonts have that, or the letter itself.
func bare(r rune) string {
	if plain, known := plainer[r]; known {
		return plain
	}
	base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	if plain, known := plainer[base]; known {
		return plain
	}
	if roman, russian := romanOf(base); russian {
		return roman
	}
	if unicode.Is(unicode.Mn, r) { // an accent on its own
		return ""
	}
	if canPrint(base) {
		return string(base)
	}
	return string(r)
}
