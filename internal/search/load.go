package search

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// loadChunk is how many documents one transaction of a load copies.
const loadChunk = 2000

// Load brings in many documents that are not in the index yet, by COPY, a chunk a transaction. Into an empty index it
// loads without the inverted index and builds that at the end, which is several times faster. It returns the number
// of documents. A document that is there already is a Conflict: use Put.
func Load(ctx context.Context, db pg.DB, docs iter.Seq2[Doc, error]) (n int, err error) {
	defer func() { errs.Wrap(&err, "search.Load after %d", n) }()
	empty, err := indexEmpty(ctx, db)
	if err != nil {
		return 0, err
	}
	if empty {
		if err := dropTermsIndex(ctx, db); err != nil {
			return 0, err
		}
	}
	l := loader{words: map[string]*wordRow{}, perTerm: map[int32]int32{}, hashes: lexemes{}}
	for d, err := range docs {
		if err != nil {
			return n, err
		}
		l.take(d)
		n++
		if len(l.ready) == loadChunk {
			if err := l.flush(ctx, db); err != nil {
				return n, err
			}
		}
	}
	if err := l.flush(ctx, db); err != nil {
		return n, err
	}
	if empty {
		if err := tidy(ctx, db); err != nil {
			return n, err
		}
	}
	if err := createTermsIndex(ctx, db); err != nil {
		return n, err
	}
	return n, l.finish(ctx, db)
}

type loader struct {
	ready   []prepared
	words   map[string]*wordRow
	perTerm map[int32]int32
	hashes  lexemes
	shelves shelves
}

func (l *loader) take(d Doc) {
	p := prepare(&d, l.hashes)
	l.shelves.add(d.Categories)
	terms := map[int32]bool{}
	for w, term := range p.words {
		if l.words[w] == nil {
			l.words[strings.Clone(w)] = &wordRow{word: strings.Clone(w), term: term}
		}
		if !terms[term] {
			terms[term] = true
			l.perTerm[term]++
		}
	}
	p.words = nil
	l.ready = append(l.ready, p)
}

func (l *loader) flush(ctx context.Context, db pg.DB) error {
	if len(l.ready) == 0 {
		return nil
	}
	err := pg.InTx(ctx, db, func(tx pgx.Tx) error {
		if err := popularities(ctx, tx, l.ready); err != nil {
			return err
		}
		ids, err := reserveIDs(ctx, tx, len(l.ready))
		if err != nil {
			return err
		}
		for i, id := range ids {
			l.ready[i].number(id)
		}
		if err := copyDocs(ctx, tx, l.ready, ids); err != nil {
			return err
		}
		if err := copyIndex(ctx, tx, l.ready, ids); err != nil {
			return err
		}
		if err := copyForward(ctx, tx, l.ready, ids); err != nil {
			return err
		}
		return bumpAll(ctx, tx)
	})
	l.ready = l.ready[:0]
	return err
}

// finish adds the words seen to the dictionary, names the shelves and lets the planner know the tables.
func (l *loader) finish(ctx context.Context, db pg.DB) error {
	rows := make([]wordRow, 0, len(l.words))
	for _, w := range l.words {
		w.df = l.perTerm[w.term]
		rows = append(rows, *w)
	}
	slices.SortFunc(rows, func(a, b wordRow) int { return strings.Compare(a.word, b.word) })
	err := pg.InTx(ctx, db, func(tx pgx.Tx) error {
		if err := noStatementTimeout(ctx, tx); err != nil {
			return err
		}
		if err := mergeWords(ctx, tx, rows); err != nil {
			return err
		}
		return bumpChanges(ctx, tx, &l.shelves)
	})
	if err != nil {
		return err
	}
	return analyze(ctx, db)
}

// Clear empties the index, so that Load may bring everything in anew. Searches find nothing until
// then: it is for a market that nobody visits yet.
func Clear(ctx context.Context, db pg.DB) (err error) {
	defer errs.Wrap(&err, "search.Clear")
	// search_index is the table of the program before, which still refers to the documents.
	_, err = pg.Exec(ctx, db, `truncate search_docs, search_facts, search_forward, search_words, search_index, search_shelves`)
	return err
}
