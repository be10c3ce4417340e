package hs

import (
	"strings"
	"sync"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

// known is the root that the dictionary has for a word: its own, or, where it has none, that of the word in the other
// alphabet, without what is joined in front («велошлем» is a helmet), or without a fondling ending («куколка» is a doll).
func known(tok text.Token) string {
	root := rootOf(tok)
	b := words()
	if len(b.phrases[root]) > 0 || isNumber(tok.Word) {
		return root
	}
	switch text.ScriptOf(tok.Word) {
	case text.Latin:
		if found, ok := softless()[plainRoot(rooted(cyrillic(tok.Word)))]; ok && len(tok.Word) > 4 {
			return found
		}
	case text.Cyrillic:
		for _, joined := range joinable {
			if rest, ok := strings.CutPrefix(tok.Word, joined); ok && len(b.phrases[rooted(rest)]) > 0 {
				return rooted(rest)
			}
		}
		for _, end := range fondling {
			if rest, ok := strings.CutSuffix(root, end[0]); ok && len(rest) > 6 && len(b.phrases[rest+end[1]]) > 0 {
				return rest + end[1]
			}
		}
	}
	return root
}

func rooted(word string) string { return rootOf(text.Token{Word: word, Stem: text.Stem(word)}) }

// joinable are what Russian joins in front of a noun to say more of the thing, which stays the same thing.
var joinable = []string{"вело", "авто", "мото", "фото", "термо", "электро", "радио", "видео", "аудио", "эко", "мини", "мульти", "супер", "био", "гидро", "микро", "кардио", "авиа"}

// fondling are endings of roots that make a thing smaller or dearer, and what stands there without them.
var fondling = [][2]string{{"очк", ""}, {"ечк", ""}, {"ичк", ""}, {"ачк", "ак"}, {"очк", "к"}, {"чик", ""}, {"ик", ""}, {"ушк", ""}, {"юшк", ""}, {"ишк", ""}, {"еньк", ""}, {"олк", "л"}, {"к", ""}}

// softless are the dictionary's Cyrillic roots without signs that nobody writes in Latin letters.
var softless = sync.OnceValue(func() map[string]string {
	found := map[string]string{}
	for root := range words().phrases {
		if text.ScriptOf(root) == text.Cyrillic {
			found[plainRoot(root)] = root
		}
	}
	return found
})

func plainRoot(root string) string {
	return strings.NewReplacer("ь", "", "ъ", "", "э", "е", "ё", "е", "й", "и", "ы", "и").Replace(root)
}

// cyrillic writes a word in Latin letters as it is heard in Russian: matryoshka is «матрешка».
func cyrillic(word string) string { return fromLatin.Replace(word) }

var fromLatin = strings.NewReplacer("shch", "щ", "sch", "щ", "zh", "ж", "kh", "х", "ts", "ц", "ch", "ч", "sh", "ш", "yu", "ю", "ju", "ю", "ya", "я", "ja", "я",
	"yo", "е", "ye", "е", "a", "а", "b", "б", "c", "к", "d", "д", "e", "е", "f", "ф", "g", "г", "h", "х", "i", "и", "j", "й", "k", "к", "l", "л", "m", "м", "n", "н",
	"o", "о", "p", "п", "q", "к", "r", "р", "s", "с", "t", "т", "u", "у", "v", "в", "w", "в", "x", "кс", "y", "и", "z", "з")
