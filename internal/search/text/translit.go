package text

import (
	"sort"
	"strings"
)

// pairs of Latin spelling and Cyrillic reading, as people type them (not one standard: GOST, BGN and habit mixed).
// Longer spellings win; a second reading of the same spelling is tried as an alternative.
var latinReadings = map[string][]string{
	"shch": {"щ"}, "sch": {"щ", "ш"}, "tch": {"ч"}, "zh": {"ж"}, "kh": {"х"}, "ts": {"ц", "тс"}, "tz": {"ц", "тз"}, "ch": {"ч"}, "sh": {"ш"},
	"yu": {"ю"}, "ju": {"ю", "джу"}, "ya": {"я"}, "ja": {"я", "джа"}, "yo": {"е"}, "jo": {"е", "джо"}, "ye": {"е"}, "je": {"е"}, "yi": {"ый"},
	"ai": {"ай", "аи"}, "ei": {"ей", "еи"}, "ii": {"ий", "ии"}, "oi": {"ой", "ои"}, "iy": {"ий"}, "ij": {"ий"}, "yy": {"ый"}, "yj": {"ый"}, "ia": {"ия"}, "ph": {"ф"}, "ck": {"к"}, "oo": {"у", "оо"}, "ee": {"и", "ее"},
	"a": {"а"}, "b": {"б"}, "c": {"к", "с", "ц"}, "d": {"д"}, "e": {"е", "э"}, "f": {"ф"}, "g": {"г"}, "h": {"х"}, "i": {"и"}, "j": {"й", "дж", "ж"},
	"k": {"к"}, "l": {"л"}, "m": {"м"}, "n": {"н"}, "o": {"о"}, "p": {"п"}, "q": {"к"}, "r": {"р"}, "s": {"с"}, "t": {"т"}, "u": {"у"},
	"v": {"в"}, "w": {"в", "у"}, "x": {"кс", "х"}, "y": {"ы", "й", "и"}, "z": {"з"}, "'": {"ь"},
}

var cyrillicSpelling = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "y", 'к': "k", 'л': "l", 'м': "m",
	'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh",
	'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya", 'ё': "e",
}

// ToLatin spells a folded Cyrillic text in Latin letters (BGN habit): кофемолка → kofemolka.
func ToLatin(s string) string {
	var b strings.Builder
	for _, r := range s {
		if t, ok := cyrillicSpelling[r]; ok {
			b.WriteString(t)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// maxReadings bounds the alternatives of one word: the product over its ambiguous letters grows fast.
const maxReadings = 24

// ToCyrillic gives the likely Cyrillic readings of a folded Latin word, the likeliest first.
func ToCyrillic(word string) []string {
	type partial struct {
		text string
		cost int
	}
	beam := []partial{{}}
	for i := 0; i < len(word); {
		spelling, readings := longestSpelling(word[i:])
		var next []partial
		for _, p := range beam {
			for cost, r := range readings {
				next = append(next, partial{p.text + r, p.cost + cost})
			}
		}
		sort.SliceStable(next, func(a, b int) bool { return next[a].cost < next[b].cost })
		if len(next) > maxReadings {
			next = next[:maxReadings]
		}
		beam = next
		i += len(spelling)
	}
	out := make([]string, 0, len(beam))
	seen := map[string]bool{word: true}
	for _, p := range beam {
		if !seen[p.text] {
			seen[p.text] = true
			out = append(out, p.text)
		}
	}
	return out
}

func longestSpelling(s string) (string, []string) {
	for n := min(4, len(s)); n > 0; n-- {
		if r, ok := latinReadings[s[:n]]; ok {
			return s[:n], r
		}
	}
	for i := range s {
		if i > 0 {
			return s[:i], []string{s[:i]}
		}
	}
	return s, []string{s}
}

// Sound is a key that spellings of one spoken word share across the two alphabets: самсунг, samsung; бош, bosch.
// Two keys are compared by Distance, since the alphabets do not map one to one.
func Sound(word string) string {
	s := word
	if ScriptOf(word) == Cyrillic {
		s = ToLatin(word)
	}
	s = soundReplacer.Replace(s)
	var b strings.Builder
	var prev rune
	for _, r := range s {
		if r != prev {
			b.WriteRune(r)
		}
		prev = r
	}
	return b.String()
}

var soundReplacer = strings.NewReplacer(
	"shch", "s", "sch", "s", "sh", "s", "tch", "c", "ch", "c", "zh", "z", "kh", "h", "ph", "f", "ck", "k", "qu", "kv", "ts", "c", "x", "ks",
	"ya", "a", "yu", "u", "yo", "o", "ye", "e", "y", "i", "j", "i", "w", "v", "q", "k", "ee", "i", "oo", "u", "'", "",
)
