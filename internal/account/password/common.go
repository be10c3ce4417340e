package password

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The passwords everybody tries first, Russian and English, one a line, packed. They are made from
// well-known patterns (words, names, keyboard runs, years, each typed in the other layout too).
//
//go:generate go run ./commonlist -o common.txt.gz
//go:embed common.txt.gz
var commonPacked []byte

// commonPasswords is unpacked when the first new password is checked.
var commonPasswords = sync.OnceValue(func() map[string]struct{} {
	set := map[string]struct{}{}
	unpacked, err := gzip.NewReader(bytes.NewReader(commonPacked))
	if err != nil {
		panic("password: common.txt.gz: " + err.Error()) // embedded: a test of any password finds it
	}
	all, err := io.ReadAll(unpacked)
	if err != nil {
		panic("password: common.txt.gz: " + err.Error())
	}
	for line := range strings.SplitSeq(string(all), "\n") {
		if line != "" {
			set[line] = struct{}{}
		}
	}
	return set
})

// isCommon reports whether a password is on the list, is one of the list with digits and signs
// around it, with signs for letters, typed in the other keyboard layout, or is a run or a repeat.
func isCommon(pw string) bool {
	folded := fold(pw)
	if monotonous(folded) {
		return true
	}
	list := commonPasswords()
	for _, form := range []string{folded, swapLayout(folded), unleet(folded)} {
		for _, candidate := range []string{form, trimEnds(form), half(form), half(trimEnds(form))} {
			if _, found := list[candidate]; found && covers(candidate, folded) {
				return true
			}
		}
	}
	return false
}

// covers says whether the found part is so much of the password that the rest protects nothing: an
// attacker's rules add up to four characters around a word.
func covers(found, pw string) bool {
	n := utf8.RuneCountInString(pw)
	return utf8.RuneCountInString(found)+4 >= n || strings.Repeat(found, 2) == pw
}

// fold brings a password to the form the list is in: NFKC, lower case, ё as е.
func fold(s string) string {
	return strings.ReplaceAll(strings.ToLower(norm.NFKC.String(s)), "ё", "е")
}

// trimEnds drops what is not a letter from both ends.
func trimEnds(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// half gives the first half of a text that is the same thing twice, else nothing.
func half(s string) string {
	if h := s[:len(s)/2]; len(s)%2 == 0 && h+h == s {
		return h
	}
	return ""
}

// monotonous reports whether a text has at most two different characters, or is one run of
// neighbours up or down the alphabet or the digits.
func monotonous(s string) bool {
	runes := []rune(s)
	seen := map[rune]struct{}{}
	up, down := true, true
	for i, r := range runes {
		seen[r] = struct{}{}
		if i > 0 {
			up = up && (r == runes[i-1]+1 || r == '0' && runes[i-1] == '9')
			down = down && (r == runes[i-1]-1 || r == '9' && runes[i-1] == '0')
		}
	}
	return len(seen) <= 2 || up || down
}

var leet = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

func unleet(s string) string { return leet.Replace(s) }

const (
	latinKeys    = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
	cyrillicKeys = "ёйцукенгшщзхъфывапролджэячсмитьбю"
)

var layout = func() map[rune]rune {
	m := map[rune]rune{}
	cyr := []rune(cyrillicKeys)
	for i, r := range []rune(latinKeys) {
		m[r], m[cyr[i]] = cyr[i], r
	}
	return m
}()

// swapLayout types the same keys in the other layout: "gfhjkm" is "пароль".
func swapLayout(s string) string {
	return strings.Map(func(r rune) rune {
		if other, ok := layout[r]; ok {
			return other
		}
		return r
	}, s)
}
