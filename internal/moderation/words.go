package moderation

import (
	"unicode"

	"github.com/yarmarka/yarmarka/web/ui"
)

// maxTokens bounds the comparison, which takes time in the square of it; longer texts are shown as
// wholly replaced.
const maxTokens = 600

// compare marks what differs between two texts, word by word.
func compare(before, after string) (old, now []ui.Part) {
	a, b := tokens(before), tokens(after)
	if len(a) > maxTokens || len(b) > maxTokens {
		return []ui.Part{{Kind: "del", Text: before}}, []ui.Part{{Kind: "ins", Text: after}}
	}
	common := longestCommon(a, b)
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			old, now = put(old, "", a[i]), put(now, "", b[j])
			i, j = i+1, j+1
		case j >= len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			old = put(old, "del", a[i])
			i++
		default:
			now = put(now, "ins", b[j])
			j++
		}
	}
	return old, now
}

// put adds a token to the last run of the same kind, or begins a new one.
func put(list []ui.Part, kind, token string) []ui.Part {
	if n := len(list); n > 0 && list[n-1].Kind == kind {
		list[n-1].Text += token
		return list
	}
	return append(list, ui.Part{Kind: kind, Text: token})
}

// tokens cuts a text into words, runs of spaces and single marks.
func tokens(s string) []string {
	var list []string
	start, last := 0, kindOf(0)
	for at, r := range s {
		kind := kindOf(r)
		if at > 0 && (kind != last || kind == mark) {
			list, start = append(list, s[start:at]), at
		}
		last = kind
	}
	if start < len(s) {
		list = append(list, s[start:])
	}
	return list
}

// Kinds of characters.
const (
	mark = iota
	space
	word
)

func kindOf(r rune) int {
	switch {
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return word
	case unicode.IsSpace(r):
		return space
	}
	return mark
}

// longestCommon is the table of lengths of the longest common subsequence of every two tails.
func longestCommon(a, b []string) [][]int {
	t := make([][]int, len(a)+1)
	for i := range t {
		t[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				t[i][j] = t[i+1][j+1] + 1
			} else {
				t[i][j] = max(t[i+1][j], t[i][j+1])
			}
		}
	}
	return t
}
