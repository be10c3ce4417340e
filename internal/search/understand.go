package search

import (
	"context"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/search/dict"
	"github.com/yarmarka/yarmarka/internal/search/rank"
	"github.com/yarmarka/yarmarka/internal/search/record"
	"github.com/yarmarka/yarmarka/internal/search/text"
)

// What a reading of a word is worth beside the word itself.
const (
	weightJoined   = 0.9 // head set read as headset
	weightParts    = 0.6 // 500мл read as 500 and мл, which may stand far apart
	weightSynonym  = 0.75
	weightReading  = 0.9 // the other alphabet
	weightGuess    = 0.5 // the other alphabet, though the word as typed is known too
	weightSlip     = 0.85
	weightNextSlip = 0.5
	weightWeak     = 0.5
	maxAlts        = 16
)

// meaning is an understood query.
type meaning struct {
	words   []*word
	changed bool // something typed was read as something else
	thin    bool // some word is not in the dictionary in any reading

	lex *lexicon
	dfs frequencies
}

// word is one word of the query with its readings.
type word struct {
	typed string // as folded
	shown string // as corrected, for people
	stem  string
	stop  bool
	known bool
	alts  []alt
	df    int

	reading        string // an unknown word in the other alphabet, where the dictionary has its stem
	readingWritten bool   // and the word itself
}

// alt is one reading: stems that must all be there.
type alt struct {
	stems  []string
	weight float64
}

func (w *word) add(weight float64, stems ...string) {
	if len(w.alts) >= maxAlts {
		return
	}
	for _, a := range w.alts {
		if slices.Equal(a.stems, stems) {
			return
		}
	}
	w.alts = append(w.alts, alt{stems: stems, weight: weight})
}

// understand reads a query. With exact it takes every word as it stands.
func (s *Service) understand(ctx context.Context, q string, exact bool) (*meaning, error) {
	plain := splitFields(q)
	m := &meaning{}
	if err := s.lookUp(ctx, m, plain, exact); err != nil {
		return nil, err
	}
	dfs := m.dfs
	for _, f := range plain {
		tokens := f.plain
		if !exact && f.swapIsBetter(dfs) {
			tokens, m.changed = f.swapped, true
		}
		for _, t := range tokens {
			if !t.Extra && len(m.words) < maxWords {
				m.words = append(m.words, &word{typed: t.Word, shown: t.Word, stem: t.Stem, stop: text.Stop(t.Word)})
			}
		}
		m.joined(f, tokens, dfs)
	}
	for i, w := range m.words {
		w.known = dfs.has(w.stem)
		w.add(1, w.stem)
		w.parts(dfs)
		if !exact {
			w.readings(dfs)
		}
		if i > 0 {
			m.compound(i, dfs)
		}
	}
	own, err := s.thesaurus(ctx)
	if err != nil {
		return nil, err
	}
	if !exact {
		m.trust(own)
		m.correct(m.lex)
	}
	m.widen(own)
	return m, s.weigh(ctx, m)
}

// lookUp finds how frequent every stem is whose frequency decides something. A word that neither the dictionary in
// memory nor the table knows is looked for once more in a newer dictionary, if there is one.
func (s *Service) lookUp(ctx context.Context, m *meaning, fields []field, exact bool) (err error) {
	if m.lex, err = s.lexicon(ctx); err != nil {
		return err
	}
	typed, others := probes(fields, exact)
	for {
		m.dfs = frequencies{}
		m.dfs.know(m.lex, others)
		if err := s.frequencies(ctx, m.lex, m.dfs, typed); err != nil {
			return err
		}
		if !slices.ContainsFunc(typed, func(st string) bool { return !m.dfs.has(st) && !hasDigit(st) }) {
			return nil
		}
		newer, ok, err := s.fresherLexicon(ctx, m.lex)
		if err != nil || !ok {
			return err
		}
		m.lex = newer
	}
}

// field is a piece of the query between spaces, in both keyboard layouts.
type field struct{ plain, swapped []text.Token }

func splitFields(q string) []field {
	var out []field
	for _, f := range strings.Fields(q) {
		if len(out) == maxWords {
			break
		}
		out = append(out, field{plain: text.Tokens(f), swapped: text.Tokens(text.SwapLayout(f))})
	}
	return out
}

// swapIsBetter reports whether only the other layout makes known words of the field.
func (f field) swapIsBetter(dfs frequencies) bool {
	if len(f.swapped) == 0 || utf8.RuneCountInString(f.swapped[0].Word) < 3 || len(f.plain) > 0 && f.plain[0].Word == f.swapped[0].Word {
		return false
	}
	for _, t := range f.plain {
		if !t.Extra && (dfs.has(t.Stem) || text.Stop(t.Word)) && (utf8.RuneCountInString(t.Word) > 1 || len(f.plain) == 1) {
			return false
		}
	}
	for _, t := range f.swapped {
		if !t.Extra && !dfs.has(t.Stem) && !text.Stop(t.Word) {
			return false
		}
	}
	return true
}

// probes lists every stem whose frequency decides something: those typed, which the table is asked for when memory does
// not know them, and those that they could be read as.
func probes(fields []field, exact bool) (typed, out []string) {
	var row []string
	for _, f := range fields {
		for _, t := range f.plain {
			typed = append(typed, t.Stem)
			if !t.Extra {
				row = append(row, t.Word)
			}
			if exact {
				continue
			}
			for _, r := range otherAlphabet(t.Word) {
				out = append(out, text.Stem(r))
			}
		}
		for _, t := range f.swapped {
			if hasDigit(t.Stem) {
				typed = append(typed, t.Stem)
				continue
			}
			out = append(out, t.Stem)
		}
	}
	for i := 1; i < len(row); i++ {
		out = append(out, text.Stem(row[i-1]+row[i]))
	}
	for _, w := range row {
		for _, p := range splits(w) {
			out = append(out, text.Stem(p[0]), text.Stem(p[1]))
		}
	}
	return typed, out
}

func otherAlphabet(w string) []string {
	switch text.ScriptOf(w) {
	case text.Latin:
		return text.ToCyrillic(w)
	case text.Cyrillic:
		return []string{text.ToLatin(w)}
	}
	return nil
}

// splits gives the ways to read a long word as two.
func splits(w string) [][2]string {
	if text.ScriptOf(w) == text.Mixed {
		return nil
	}
	var out [][2]string
	n := utf8.RuneCountInString(w)
	at := 0
	for i := range w {
		if at >= 3 && n-at >= 3 && n >= 7 {
			out = append(out, [2]string{w[:i], w[i:]})
		}
		at++
	}
	return out
}

// joined lets «wi-fi» be met by wifi: each part gets the joined form as a reading.
func (m *meaning) joined(f field, tokens []text.Token, dfs frequencies) {
	for _, t := range tokens {
		if !t.Extra || text.SplitMixed(t.Word) != nil && len(tokens) <= 3 || !dfs.has(t.Stem) {
			continue
		}
		whole := t.Start == tokens[0].Start && t.End == tokens[len(tokens)-1].End && len(tokens) > 2
		for i := max(0, len(m.words)-len(tokens)); whole && i < len(m.words); i++ {
			if strings.Contains(t.Word, m.words[i].typed) {
				m.words[i].add(weightJoined, t.Stem)
			}
		}
	}
}

// parts lets 500мл be met by «500 мл», and a word nobody wrote be met by the two it is made of.
func (w *word) parts(dfs frequencies) {
	if p := text.SplitMixed(w.typed); p != nil && dfs.has(text.Stem(p[0])) && dfs.has(text.Stem(p[1])) {
		w.add(weightParts, text.Stem(p[0]), text.Stem(p[1]))
		w.known = true
	}
	if w.known {
		return
	}
	best, rarest := [2]string{}, 0
	for _, p := range splits(w.typed) {
		if df := min(dfs[text.Stem(p[0])], dfs[text.Stem(p[1])]); df > rarest {
			best, rarest = p, df
		}
	}
	if rarest > 1 {
		w.add(weightParts, text.Stem(best[0]), text.Stem(best[1]))
		w.known = true
	}
}

// compound lets «head set» be met by headset.
func (m *meaning) compound(i int, dfs frequencies) {
	a, b := m.words[i-1], m.words[i]
	if stem := text.Stem(a.typed + b.typed); dfs.has(stem) && !a.stop && !b.stop {
		a.add(weightJoined, stem)
		b.add(weightJoined, stem)
	}
}

// readings adds the word in the other alphabet where the dictionary has it.
func (w *word) readings(dfs frequencies) {
	if w.stop || utf8.RuneCountInString(w.typed) < 3 {
		return
	}
	best, bestDF := "", 0
	for _, r := range otherAlphabet(w.typed) {
		if df := dfs[text.Stem(r)]; df > bestDF {
			best, bestDF = r, df
		}
	}
	switch {
	case best == "":
	case !w.known:
		w.reading = best // correct weighs it against slips in the word's own alphabet
	case utf8.RuneCountInString(w.typed) >= 4:
		w.add(weightGuess, text.Stem(best))
	}
}

// trust takes a word that no document has as it stands, and as no slip, where a thesaurus knows it and has something
// that documents do have: woolen is wool, not wooden.
func (m *meaning) trust(own *dict.Thesaurus) {
	known := func(words []*word, means dict.Phrase) {
		if m.dfs.know(m.lex, means); slices.ContainsFunc(means, func(st string) bool { return !m.dfs.has(st) }) {
			return
		}
		for _, w := range words {
			w.known = true
		}
	}
	m.synonyms(own, known)
	for _, means := range m.weak() {
		known(m.words, means)
	}
}

// weak is what the whole query is near to in meaning.
func (m *meaning) weak() []dict.Phrase { return dict.Default().Weak(dict.Stems(m.shown())) }

// widen adds synonyms: of every run of words in the query, and for corrected words of what they were corrected to.
func (m *meaning) widen(own *dict.Thesaurus) {
	m.synonyms(own, func(words []*word, means dict.Phrase) {
		for _, w := range words {
			w.add(weightSynonym, means...)
		}
	})
}

// synonyms calls each for every run of words that the thesauri know, with each thing it may also be called.
func (m *meaning) synonyms(own *dict.Thesaurus, each func(words []*word, means dict.Phrase)) {
	words := slices.DeleteFunc(slices.Clone(m.words), func(w *word) bool { return w.stop })
	stems := stemsOf(words)
	for i := range stems {
		for j := i + 1; j <= min(len(stems), i+dict.Longest); j++ {
			for _, t := range []*dict.Thesaurus{own, dict.Default()} {
				for _, means := range t.Strong(stems[i:j]) {
					each(words[i:j], means)
				}
			}
		}
	}
}

// stemsOf are the words as finally read.
func stemsOf(words []*word) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = text.Stem(w.shown)
	}
	return out
}

// weigh finds how rare each word is: as rare as all its readings together.
func (s *Service) weigh(ctx context.Context, m *meaning) error {
	var numbers []string // memory knows no words with digits
	dfs := m.dfs
	for _, w := range m.words {
		for _, a := range w.alts {
			dfs.know(m.lex, a.stems)
			numbers = append(numbers, slices.DeleteFunc(slices.Clone(a.stems), func(st string) bool { return !hasDigit(st) })...)
		}
	}
	if err := s.frequencies(ctx, m.lex, dfs, numbers); err != nil {
		return err
	}
	for _, w := range m.words {
		for _, a := range w.alts {
			rarest := dfs[a.stems[0]]
			for _, st := range a.stems[1:] {
				rarest = min(rarest, dfs[st])
			}
			if a.weight == 1 || w.df == 0 {
				w.df = max(w.df, rarest)
			}
		}
		w.alts = slices.DeleteFunc(w.alts, func(a alt) bool {
			return slices.ContainsFunc(a.stems, func(st string) bool { return !dfs.has(st) })
		})
		if len(w.alts) == 0 {
			m.thin = m.thin || !w.stop
			w.add(1, w.stem)
		}
	}
	return nil
}

// shown is the query as read, for people.
func (m *meaning) shown() string {
	var out []string
	for _, w := range m.words {
		out = append(out, w.shown)
	}
	return strings.Join(out, " ")
}

// rankQuery is what the ranking needs of the meaning.
func (m *meaning) rankQuery(docs int, lang i18n.Lang) rank.Query {
	q := rank.Query{English: lang == i18n.EN, Accessories: accessories()}
	for _, w := range m.words {
		g := rank.Group{IDF: rank.IDF(w.df, docs), Optional: w.stop && !m.onlyStops()}
		for _, a := range w.alts {
			terms := make([]uint32, len(a.stems))
			for i, st := range a.stems {
				terms[i] = record.Hash(st)
			}
			g.Alts = append(g.Alts, rank.Alt{Terms: terms, Weight: a.weight})
		}
		q.Groups = append(q.Groups, g)
	}
	return q
}

// accessories is made once; rank tells by it a thing from what goes with it.
var accessories = sync.OnceValue(func() *rank.Accessories {
	hashes := func(stems []string) []uint32 {
		list := make([]uint32, len(stems))
		for i, st := range stems {
			list[i] = record.Hash(st)
		}
		return list
	}
	return rank.NewAccessories(hashes(text.Accessories()), hashes(text.Conjunctions()))
})

func (m *meaning) onlyStops() bool {
	return !slices.ContainsFunc(m.words, func(w *word) bool { return !w.stop })
}
