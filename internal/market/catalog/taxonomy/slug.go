package taxonomy

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxSlug is the longest slug, in bytes; a longer one is cut at a hyphen.
const MaxSlug = 100

// cyrillic is how Russian letters are written in addresses: the scheme readers know from passports
// and search engines, one way only.
var cyrillic = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "y",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f",
	'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "sch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
}

// Slug turns a name in Russian or English into the part of an address: lower-case Latin letters and
// digits joined by single hyphens, at most MaxSlug bytes; "item" where nothing readable is left.
func Slug(name string) string {
	name = strings.NewReplacer("'", "", "’", "", "&", " and ").Replace(name)
	var b strings.Builder
	gap := false
	for _, r := range norm.NFC.String(strings.ToLower(name)) {
		text, ok := cyrillic[r]
		if !ok {
			text = latin(r)
		}
		if text == "" {
			gap = gap || !ok
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteString(text)
	}
	return cut(b.String())
}

// latin gives the ASCII letters and digits of r without its accents.
func latin(r rune) string {
	var b strings.Builder
	for _, c := range norm.NFKD.String(string(r)) {
		if c < unicode.MaxASCII && (unicode.IsLower(c) || unicode.IsDigit(c)) {
			b.WriteRune(c)
		}
	}
	return b.String()
}

func cut(s string) string {
	if len(s) > MaxSlug {
		s = s[:MaxSlug]
		if at := strings.LastIndexByte(s, '-'); at > 0 {
			s = s[:at]
		}
	}
	if s == "" {
		return "item"
	}
	return s
}
