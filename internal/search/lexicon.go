package search

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

// lexicon is the dictionary as kept in memory: the words of letters, which people mistype and begin. Part numbers,
// which are most of the table, stay there. It is never changed: a newer one takes its place.
type lexicon struct {
	words   []lexWord // in order of their spelling
	dfs     map[int32]int32
	lengths [maxWordLetters + 1][]int32 // places in words by number of letters
	made    time.Time
	cost    time.Duration // what making it took
	change  int64         // of the index when it was made
}

type lexWord struct {
	word    string
	term    int32
	df      int32
	letters uint64 // one bit for each letter that occurs
}

// Limits of the dictionary in memory: the most frequent words, some fifteen megabytes.
const (
	maxLexicon = 150_000
	// A dictionary is made anew when it is old and the index has changed, or when a word is in neither it nor the
	// table and making it costs little beside its age.
	lexiconEvery = 5 * time.Minute
	lexiconShare = 30
)

func newLexicon(rows []prefixWord) *lexicon {
	l := &lexicon{words: make([]lexWord, len(rows)), dfs: make(map[int32]int32, len(rows))}
	for i, r := range rows {
		l.words[i] = lexWord{word: r.Word, term: r.Term, df: r.DF, letters: letters(r.Word)}
		l.dfs[r.Term] = max(l.dfs[r.Term], r.DF)
	}
	slices.SortFunc(l.words, func(a, b lexWord) int { return strings.Compare(a.word, b.word) })
	for i := range l.words {
		if n := utf8.RuneCountInString(l.words[i].word); n < len(l.lengths) {
			l.lengths[n] = append(l.lengths[n], int32(i))
		}
	}
	return l
}

// letters has a bit for each letter of a word: two words that are few slips apart differ in few of them.
func letters(word string) uint64 {
	var out uint64
	for _, r := range word {
		switch {
		case r >= 'а' && r <= 'я':
			out |= 1 << (r - 'а')
		case r >= 'a' && r <= 'z':
			out |= 1 << (32 + r - 'a')
		default:
			out |= 1 << 63
		}
	}
	return out
}

// near gives the words that the asked one may be with a few slips.
func (l *lexicon) near(asked string) []*lexWord {
	n := utf8.RuneCountInString(asked)
	limit := text.Tolerance(n)
	if limit == 0 || hasDigit(asked) {
		return nil
	}
	have := letters(asked)
	var out []*lexWord
	for size := max(minSlipLetters, n-limit); size <= min(n+limit, maxWordLetters); size++ {
		for _, i := range l.lengths[size] {
			w := &l.words[i]
			if bits.OnesCount64(have^w.letters) > 2*limit {
				continue
			}
			if text.Slips(asked, w.word, limit) <= 2*limit {
				out = append(out, w)
			}
		}
	}
	return out
}

// minSlipLetters is the length from which a word may be what another was meant to be.
const minSlipLetters = 4

// find looks a word up as it is spelled.
func (l *lexicon) find(word string) (*lexWord, bool) {
	i, ok := slices.BinarySearchFunc(l.words, word, func(w lexWord, s string) int { return strings.Compare(w.word, s) })
	if !ok {
		return nil, false
	}
	return &l.words[i], true
}

// prefix gives the most frequent words that begin so.
func (l *lexicon) prefix(begin string, limit int) []prefixWord {
	at, _ := slices.BinarySearchFunc(l.words, begin, func(w lexWord, s string) int { return strings.Compare(w.word, s) })
	var out []prefixWord
	for ; at < len(l.words) && strings.HasPrefix(l.words[at].word, begin); at++ {
		w := prefixWord{Word: l.words[at].word, Term: l.words[at].term, DF: l.words[at].df}
		if len(out) == limit && usual(w, out[limit-1]) >= 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(out, w, usual)
		out = slices.Insert(out, i, w)
		out = out[:min(len(out), limit)]
	}
	return out
}

// usual orders completions: the most frequent first, of those the shortest.
func usual(a, b prefixWord) int {
	return cmp.Or(cmp.Compare(b.DF, a.DF), cmp.Compare(len(a.Word), len(b.Word)), strings.Compare(a.Word, b.Word))
}

// lexicons holds the current dictionary.
type lexicons struct {
	mu      sync.Mutex // held while one is made for a query that waits for it
	now     *lexicon
	current sync.Mutex // guards now
	remake  sync.Mutex // held by the one that makes a newer one beside the queries
}

func (h *lexicons) get() *lexicon {
	h.current.Lock()
	defer h.current.Unlock()
	return h.now
}

func (h *lexicons) set(l *lexicon) {
	h.current.Lock()
	defer h.current.Unlock()
	h.now = l
}

// lexicon gives the dictionary; the first asker waits for it, later ones get the old one while a newer one is made.
func (s *Service) lexicon(ctx context.Context) (*lexicon, error) {
	l := s.lexicons.get()
	if l == nil {
		return s.makeLexicon(ctx, func(now *lexicon) bool { return now == nil })
	}
	if s.now().Sub(l.made) > lexiconEvery && s.lexicons.remake.TryLock() {
		go func() {
			defer s.lexicons.remake.Unlock()
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lexiconEvery)
			defer cancel()
			// Without a newer one the old one serves on, and the next query tries again.
			_, _ = s.makeLexicon(ctx, func(now *lexicon) bool { return now == l })
		}()
	}
	return l, nil
}

// fresherLexicon is for a word that nobody knows: perhaps it is new. It gives a newer dictionary where the index has
// changed and making one costs little beside the age of the old one, and false otherwise.
func (s *Service) fresherLexicon(ctx context.Context, old *lexicon) (*lexicon, bool, error) {
	if s.now().Sub(old.made) < lexiconShare*old.cost {
		return old, false, nil
	}
	change, err := lastChange(ctx, s.db)
	if err != nil || change == old.change {
		return old, false, err
	}
	l, err := s.makeLexicon(ctx, func(now *lexicon) bool { return now == old })
	return l, err == nil && l != old, err
}

// makeLexicon makes the dictionary anew if it still should be when its turn has come.
func (s *Service) makeLexicon(ctx context.Context, should func(now *lexicon) bool) (*lexicon, error) {
	s.lexicons.mu.Lock()
	defer s.lexicons.mu.Unlock()
	if now := s.lexicons.get(); !should(now) {
		return now, nil
	}
	started := time.Now()
	change, err := lastChange(ctx, s.db)
	if err != nil {
		return nil, err
	}
	rows, err := selectLexicon(ctx, s.db, maxLexicon)
	if err != nil {
		return nil, err
	}
	l := newLexicon(rows)
	l.made, l.change, l.cost = s.now(), change, time.Since(started)
	s.lexicons.set(l)
	return l, nil
}
