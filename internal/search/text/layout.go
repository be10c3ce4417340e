package text

import "strings"

const (
	keysLatin    = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?@#$^&"
	keysCyrillic = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,\"№;:?"
)

var toCyrillicKey, toLatinKey = keyMaps()

func keyMaps() (ru, en map[rune]rune) {
	ru, en = map[rune]rune{}, map[rune]rune{}
	c := []rune(keysCyrillic)
	for i, l := range []rune(keysLatin) {
		ru[l] = c[i]
		if _, ok := en[c[i]]; !ok {
			en[c[i]] = l
		}
	}
	return ru, en
}

// ToCyrillicLayout reads Latin keys as if the Russian layout had been on: ghbdtn → привет.
func ToCyrillicLayout(s string) string { return mapKeys(s, toCyrillicKey) }

// ToLatinLayout reads Cyrillic keys as if the English layout had been on: шзщту → ipone.
func ToLatinLayout(s string) string { return mapKeys(s, toLatinKey) }

func mapKeys(s string, m map[rune]rune) string {
	return strings.Map(func(r rune) rune {
		if q, ok := m[r]; ok {
			return q
		}
		return r
	}, s)
}

// SwapLayout reads the text in the other layout, going by the alphabet most of its letters are in.
func SwapLayout(s string) string {
	var lat, cyr int
	for _, r := range s {
		switch ScriptOf(strings.ToLower(string(r))) {
		case Latin:
			lat++
		case Cyrillic:
			cyr++
		}
	}
	if cyr > lat {
		return ToLatinLayout(s)
	}
	return ToCyrillicLayout(s)
}
