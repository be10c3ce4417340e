package text

import (
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/russian"
)

// Script says which alphabet a word is written in.
type Script int

// Scripts that are told apart; Mixed is anything else, digits included.
const (
	Mixed Script = iota
	Cyrillic
	Latin
)

// ScriptOf is the alphabet of a folded word.
func ScriptOf(word string) Script {
	script := Mixed
	for i, r := range word {
		var s Script
		switch {
		case r >= 'a' && r <= 'z':
			s = Latin
		case unicode.Is(unicode.Cyrillic, r):
			s = Cyrillic
		default:
			return Mixed
		}
		if i > 0 && s != script {
			return Mixed
		}
		script = s
	}
	return script
}

// Stem reduces a folded word to what its forms share: Snowball Russian for Cyrillic, Snowball English for Latin,
// nothing for numbers and part numbers.
func Stem(word string) string {
	if utf8.RuneCountInString(word) < 3 {
		return word
	}
	switch ScriptOf(word) {
	case Cyrillic:
		env := snowballstem.NewEnv(word)
		russian.Stem(env)
		return keep(env.Current(), word)
	case Latin:
		env := snowballstem.NewEnv(word)
		english.Stem(env)
		return keep(env.Current(), word)
	}
	return word
}

// keep refuses a stem so short that it would meet unrelated words.
func keep(stem, word string) string {
	if utf8.RuneCountInString(stem) < 2 {
		return word
	}
	return stem
}

// Stop reports whether a folded word carries so little that a query may do without it.
func Stop(word string) bool { return stopWords[word] }

var stopWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range []string{
		"и", "в", "во", "не", "что", "он", "на", "я", "с", "со", "как", "а", "то", "все", "она", "так", "его", "но", "да",
		"ты", "к", "у", "же", "вы", "за", "бы", "по", "от", "ее", "мне", "из", "ему", "для", "до", "или", "под", "над", "при",
		"без", "о", "об", "про", "это", "их", "чем", "мой", "ли", "если", "уже", "ни", "быть", "был",
		"a", "an", "the", "of", "for", "and", "or", "to", "in", "on", "with", "by", "at", "from", "is", "it", "as", "be", "are", "this", "that",
	} {
		m[w] = true
	}
	return m
}()

// Aside reports whether a word announces what the thing is for and not what it is: «чехол для iPhone».
func Aside(word string) bool {
	switch word {
	case "для", "под", "к", "for", "compatible", "fits", "совместим", "совместимый":
		return true
	}
	return false
}

// Stems lists the stems of a text's words, each once: words that say little and stems of a letter or two are left out.
func Stems(s string) []string {
	seen := map[string]bool{}
	var stems []string
	for _, t := range Tokens(s) {
		if Stop(t.Word) || utf8.RuneCountInString(t.Stem) < 3 || seen[t.Stem] {
			continue
		}
		seen[t.Stem] = true
		stems = append(stems, t.Stem)
	}
	return stems
}
