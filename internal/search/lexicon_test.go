package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

func drawLexicon(t *rapid.T) *lexicon {
	words := rapid.SliceOfNDistinct(rapid.StringMatching(`[абвеоa-d]{1,9}`), 0, 60, rapid.ID[string]).Draw(t, "words")
	var rows []prefixWord
	for i, w := range words {
		rows = append(rows, prefixWord{Word: w, Term: int32(i), DF: int32(rapid.IntRange(1, 5).Draw(t, "df"))})
	}
	return newLexicon(rows)
}

// TestNearMissesNoWord compares with measuring every word: the letters' bits only save work.
func TestNearMissesNoWord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := drawLexicon(t)
		asked := rapid.StringMatching(`[абвеоa-d]{1,10}`).Draw(t, "asked")
		limit := text.Tolerance(utf8.RuneCountInString(asked))
		var want, got []string
		for _, w := range l.words {
			if limit > 0 && utf8.RuneCountInString(w.word) >= minSlipLetters && text.Slips(asked, w.word, limit) <= 2*limit {
				want = append(want, w.word)
			}
		}
		for _, w := range l.near(asked) {
			got = append(got, w.word)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("near %q (-want +got):\n%s", asked, diff)
		}
	})
}

func TestPrefixGivesTheMostFrequentFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := drawLexicon(t)
		begin := rapid.StringMatching(`[абa]{1,2}`).Draw(t, "begin")
		var want []prefixWord
		for _, w := range l.words {
			if strings.HasPrefix(w.word, begin) {
				want = append(want, prefixWord{w.word, w.term, w.df})
			}
		}
		slices.SortFunc(want, usual)
		want = want[:min(4, len(want))]
		if diff := cmp.Diff(want, l.prefix(begin, 4)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}
