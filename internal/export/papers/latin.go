package papers

import (
	"strings"
	"unicode"
)

// romans is the transliteration of Russian passports (ICAO Doc 9303), by small letters.
var romans = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f",
	'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "ie", 'ы': "y", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia",
	'і': "i", 'ї': "i", 'є': "ie", 'ґ': "g", 'ў': "u", 'қ': "k", 'ғ': "g", 'ә': "a", 'ө': "o", 'ү': "u", 'ұ': "u", 'ң': "n", 'һ': "h",
}

// Latin writes Russian text in Latin letters as passports do: a suggestion for a name or an address, which its owner
// confirms. What it does not know it leaves, and Check refuses.
func Latin(text string) string {
	var b strings.Builder
	for _, r := range text {
		roman, known := romans[unicode.ToLower(r)]
		switch {
		case !known:
			b.WriteRune(r)
		case unicode.IsUpper(r) && roman != "":
			b.WriteString(strings.ToUpper(roman[:1]) + roman[1:])
		default:
			b.WriteString(roman)
		}
	}
	return strings.NewReplacer("№", "No.", "«", `"`, "»", `"`, "—", "-", "–", "-").Replace(b.String())
}
