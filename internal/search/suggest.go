package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/search/record"
	"github.com/yarmarka/yarmarka/internal/search/text"
)

// Suggestions are ways to go on while somebody types.
type Suggestions struct {
	Queries []string // completed queries
	Hits    []Hit    // things whose title has the words, the likeliest first
}

// Sizes of a suggestion list.
const (
	suggestQueries  = 6
	suggestHits     = 4
	suggestPrefixes = 12    // completions looked at
	suggestPool     = 200   // documents looked at, the popular ones
	suggestAfter    = 5     // times as many rows after other words
	suggestRows     = 2_500 // documents that the completions may stand in together; the index reads them all
)

// Suggest completes what is being typed. Fewer than two letters suggest nothing.
func (s *Service) Suggest(ctx context.Context, typed string, lang i18n.Lang) (out Suggestions, err error) {
	defer errs.Wrap(&err, "search.Suggest")
	q := text.Clean(typed)
	if utf8.RuneCountInString(q) < 2 {
		return out, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	out, err = s.suggest(ctx, q, lang)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = errs.New(errs.Unavailable, "search.busy").With(err)
	}
	return out, err
}

func (s *Service) suggest(ctx context.Context, q string, lang i18n.Lang) (out Suggestions, err error) {
	before, last, done, err := s.completions(ctx, q)
	if err != nil || len(done) == 0 && before == "" {
		return out, err
	}
	docs, _, err := s.learn(ctx)
	if err != nil {
		return out, err
	}
	m, err := s.understand(ctx, before, false)
	if err != nil {
		return out, err
	}
	r := run{s: s, p: Params{Kind: Goods, Lang: lang, Sort: Relevance}, docs: docs}
	r.m = &meaning{words: append(slices.Clone(m.words), completed(done, before != "")...), thin: m.thin, lex: m.lex, dfs: m.dfs}
	if r.m.thin || len(r.m.words) == 0 {
		return out, nil
	}
	r.rank = r.m.rankQuery(docs, lang)
	expr := expression{kind: Goods, words: r.m.words}
	found, err := s.popularOf(ctx, expr, docs)
	if err != nil {
		return out, err
	}
	c := newCollector(&r, false)
	heard := countWords(found.packed, done)
	if err := c.read(found.packed); err != nil {
		return out, err
	}
	out.Queries = sayable(before, last, done, heard)
	page, _ := c.page(position{}, suggestHits)
	return out, r.show(ctx, page, &out.Hits)
}

// usualShare is the share of all documents, one in so many, from which words are usual.
const usualShare = 8

// popularOf gives documents with the words. For words that every other description has the index reads a hundred thousand
// places to give two hundred: those are soon found among the documents that are popular, in whatever order others are.
func (s *Service) popularOf(ctx context.Context, e expression, docs int) (candidateSet, error) {
	rarest := docs
	for _, w := range e.words {
		if !w.stop {
			rarest = min(rarest, w.df)
		}
	}
	if rarest*usualShare >= docs {
		found, err := selectPopular(ctx, s.db, e.kind, e.in(e.kind), suggestPool)
		if err != nil || found.n >= suggestHits {
			return found, err
		}
	}
	return selectCandidates(ctx, s.db, e.kind, e.in(e.kind), "", 0, suggestPool)
}

// complete gives the words that begin so.
func (s *Service) complete(ctx context.Context, lex *lexicon, begin string) ([]prefixWord, error) {
	if hasDigit(begin) {
		return selectPrefix(ctx, s.db, begin, suggestPrefixes)
	}
	return lex.prefix(begin, suggestPrefixes), nil
}

// completions finds dictionary words that the last word may become, also in the other layout or alphabet when as
// typed it begins nothing. before is the rest of the query.
func (s *Service) completions(ctx context.Context, q string) (before, last string, done []prefixWord, err error) {
	fields := strings.Fields(q)
	raw := fields[len(fields)-1]
	before = strings.Join(fields[:len(fields)-1], " ")
	readings := []string{text.Fold(raw), text.Fold(text.SwapLayout(raw))}
	readings = append(readings, otherAlphabet(text.Fold(raw))...)
	lex, err := s.lexicon(ctx)
	for fresh := true; fresh && err == nil; lex, fresh, err = s.fresherLexicon(ctx, lex) {
		for _, reading := range readings[:min(len(readings), 5)] {
			tokens := text.Split(reading)
			if len(tokens) != 1 || utf8.RuneCountInString(tokens[0].Word) < 2 {
				continue
			}
			last = tokens[0].Word
			done, err = s.complete(ctx, lex, last)
			if err != nil || len(done) > 0 {
				return before, last, done, err
			}
		}
	}
	return before, last, nil, err
}

// completed is one word of a query that may be any of the completions, the most frequent ones as far as the index can
// read them in time; after other words, which leave few documents, it may be more of them.
func completed(done []prefixWord, after bool) []*word {
	if len(done) == 0 {
		return nil
	}
	most := suggestRows
	if after {
		most *= suggestAfter
	}
	w := &word{known: true}
	rows := 0
	for i, d := range done {
		if rows += int(d.DF); i > 0 && rows > most {
			break
		}
		w.add(1, text.Stem(d.Word))
		w.df = max(w.df, int(d.DF))
	}
	return []*word{w}
}

// countWords counts in how many of the candidates' titles each completion stands.
func countWords(packed []byte, done []prefixWord) map[int32]int {
	out := map[int32]int{}
	reader := record.Read(packed)
	for rec, ok := reader.Next(); ok; rec, ok = reader.Next() {
		for _, d := range done {
			if rec.Titles.Find(uint32(d.Term)) >= 0 {
				out[d.Term]++
			}
		}
	}
	return out
}

// sayable makes queries of the completions, one for each lexeme, those that titles have the most first. After other
// words only those are offered that are found together with them.
func sayable(before, last string, done []prefixWord, heard map[int32]int) []string {
	seen := map[int32]bool{}
	kept := slices.DeleteFunc(slices.Clone(done), func(d prefixWord) bool { return before != "" && heard[d.Term] == 0 })
	slices.SortStableFunc(kept, func(a, b prefixWord) int { return cmp.Compare(heard[b.Term], heard[a.Term]) })
	var out []string
	for _, d := range kept {
		if seen[d.Term] || d.Word == last && before == "" || len(out) == suggestQueries {
			continue
		}
		seen[d.Term] = true
		out = append(out, strings.TrimSpace(before+" "+d.Word))
	}
	return out
}
