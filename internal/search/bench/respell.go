package bench

import (
	"hash/fnv"
	"strings"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

// respell makes the same probes with other spellings; those a spelling leaves as they are, are left out.
func respell(probes []probe, how func(string) string) []probe {
	var out []probe
	for _, p := range probes {
		if q := how(p.query); q != p.query {
			out = append(out, probe{query: q, want: p.want, kind: p.kind})
		}
	}
	return out
}

// pick is a number below n that depends on s alone, so that every run asks the same.
func pick(s string, n int) int {
	h := fnv.New32a()
	h.Write([]byte(s))
	return int(h.Sum32() % uint32(n))
}

const neighbours = "йцукенгшщзхфывапролджэячсмитьбю"

// slip makes one mistake in the longest word of a query: a letter missed, doubled, swapped with the next, or the
// neighbouring key hit.
func slip(q string) string {
	words := strings.Fields(q)
	longest := 0
	for i, w := range words {
		if utf8.RuneCountInString(w) > utf8.RuneCountInString(words[longest]) {
			longest = i
		}
	}
	r := []rune(words[longest])
	if len(r) < 5 {
		return q
	}
	at := 1 + pick(q+"at", len(r)-2)
	switch pick(q+"how", 4) {
	case 0:
		r = append(r[:at:at], r[at+1:]...)
	case 1:
		r = append(r[:at+1:at+1], r[at:]...)
	case 2:
		r[at], r[at+1] = r[at+1], r[at]
	case 3:
		keys := []rune(neighbours)
		for i, k := range keys {
			if k == r[at] {
				r[at] = keys[(i+1)%len(keys)]
				break
			}
		}
	}
	words[longest] = string(r)
	return strings.Join(words, " ")
}

// inflect puts every word into another form that Snowball's vocabulary has of it.
func inflect(q string, forms map[string][]string) string {
	words := strings.Fields(q)
	for i, w := range words {
		var other []string
		for _, f := range forms[text.Stem(w)] {
			if f != w {
				other = append(other, f)
			}
		}
		if len(other) > 0 {
			words[i] = other[pick(w, len(other))]
		}
	}
	return strings.Join(words, " ")
}

// Two ways in which people spell Russian in Latin letters: by the passport, and by habit.
var (
	passport = strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i", "й", "i",
		"к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "kh", "ц", "ts",
		"ч", "ch", "ш", "sh", "щ", "shch", "ъ", "ie", "ы", "y", "ь", "", "э", "e", "ю", "iu", "я", "ia")
	habit = strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i", "й", "j",
		"к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "h", "ц", "c",
		"ч", "ch", "ш", "sh", "щ", "sch", "ъ", "", "ы", "y", "ь", "'", "э", "e", "ю", "yu", "я", "ya")
)

func latin(q string) string {
	if pick(q+"latin", 2) == 0 {
		return passport.Replace(q)
	}
	return habit.Replace(q)
}
