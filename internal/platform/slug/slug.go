// Package slug turns names into the readable part of an address: Russian letters are written in
// Latin ones as passports and road signs do, everything else but letters and digits becomes a dash.
package slug

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var latin = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "y",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f",
	'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
	'і': "i", 'ї': "i", 'є': "e", 'ґ': "g", 'ў': "u", 'ß': "ss", 'æ': "ae", 'ø': "o", 'ł': "l", 'đ': "d",
}

// Make writes text in lower-case ASCII letters, digits and single dashes, at most max bytes, cut at
// a dash where it can be. A text with nothing to keep gives "".
func Make(text string, max int) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(strings.ToLower(text)) {
		s, ok := latin[r]
		switch {
		case ok:
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			s = string(r)
		case r == '\'' || r == '’':
		case unicode.IsLetter(r):
			s = plain(r)
		default:
			s = "-"
		}
		if s == "-" && (b.Len() == 0 || strings.HasSuffix(b.String(), "-")) {
			continue
		}
		b.WriteString(s)
	}
	return cut(strings.Trim(b.String(), "-"), max)
}

// plain drops the marks of an accented Latin letter; letters of other scripts are dropped whole.
func plain(r rune) string {
	first := []rune(norm.NFD.String(string(r)))[0]
	if first < unicode.MaxASCII {
		return string(first)
	}
	return ""
}

func cut(s string, max int) string {
	if len(s) <= max {
		return s
	}
	whole := s[max] == '-'
	s = s[:max]
	if i := strings.LastIndexByte(s, '-'); i > max/2 && !whole {
		s = s[:i]
	}
	return strings.Trim(s, "-")
}
