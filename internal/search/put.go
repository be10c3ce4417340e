package search

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Put makes documents findable, or findable as they are now; it joins the caller's transaction.
func Put(ctx context.Context, db pg.DB, docs []Doc) (err error) {
	defer errs.Wrap(&err, "search.Put(%d)", len(docs))
	if len(docs) == 0 {
		return nil
	}
	ready := make([]prepared, len(docs))
	hashes := lexemes{}
	for i := range docs {
		ready[i] = prepare(&docs[i], hashes)
	}
	// One order for all: two transactions that put the same things wait for each other and never in a ring.
	slices.SortFunc(ready, func(a, b prepared) int {
		if a.doc.Kind != b.doc.Kind {
			return int(a.doc.Kind) - int(b.doc.Kind)
		}
		return int(min(max(a.doc.RefID-b.doc.RefID, -1), 1))
	})
	if err := popularities(ctx, db, ready); err != nil {
		return err
	}
	ids, err := upsertDocs(ctx, db, ready)
	if err != nil {
		return err
	}
	for i, id := range ids {
		ready[i].number(id)
	}
	// Their rows are locked by now, so nobody else moves them before this transaction ends.
	changed, err := shelvesOf(ctx, db, ids)
	if err != nil {
		return err
	}
	if err := upsertIndex(ctx, db, ready, ids); err != nil {
		return err
	}
	if err := insertWords(ctx, db, newWords(ready)); err != nil {
		return err
	}
	for i := range docs {
		changed.add(docs[i].Categories)
	}
	return bumpChanges(ctx, db, &changed)
}

// Delete makes things impossible to find; unknown ones are no error. It joins the caller's transaction.
func Delete(ctx context.Context, db pg.DB, kind Kind, refIDs []int64) (err error) {
	defer errs.Wrap(&err, "search.Delete(%v, %d)", kind, len(refIDs))
	ids, err := lockDocs(ctx, db, kind, refIDs)
	if err != nil || len(ids) == 0 {
		return err
	}
	changed, err := shelvesOf(ctx, db, ids)
	if err != nil {
		return err
	}
	if err := deleteDocs(ctx, db, ids); err != nil {
		return err
	}
	return bumpChanges(ctx, db, &changed)
}

type wordRow struct {
	word string
	term int32
	df   int32
}

func newWords(ready []prepared) []wordRow {
	seen := map[string]bool{}
	var out []wordRow
	for _, p := range ready {
		for w, term := range p.words {
			if !seen[w] {
				seen[w] = true
				out = append(out, wordRow{word: w, term: term, df: 1})
			}
		}
	}
	slices.SortFunc(out, func(a, b wordRow) int { return strings.Compare(a.word, b.word) })
	return out
}

// Refresh counts anew in how many documents each word stands, forgets words that are gone, and builds the inverted
// index if a broken load left it away. It is for a periodic job: about 20 s for 500,000 documents.
func Refresh(ctx context.Context, db pg.DB) (err error) {
	defer errs.Wrap(&err, "search.Refresh")
	if err := createTermsIndex(ctx, db); err != nil {
		return err
	}
	return pg.InTx(ctx, db, func(tx pgx.Tx) error {
		if err := oneSnapshot(ctx, tx); err != nil {
			return err
		}
		if err := noStatementTimeout(ctx, tx); err != nil {
			return err
		}
		if err := recountWords(ctx, tx); err != nil {
			return err
		}
		return upsertCounted(ctx, tx)
	})
}

// RefreshDue is Refresh where the last one was not just now: a count is seven seconds of half a million offers', which
// every start of a program would take beside its first visitors.
func RefreshDue(ctx context.Context, db pg.DB) (err error) {
	defer errs.Wrap(&err, "search.RefreshDue")
	if err := createTermsIndex(ctx, db); err != nil {
		return err
	}
	counted, err := countedWithin(ctx, db, refreshEvery*9/10)
	if err != nil || counted {
		return err
	}
	return Refresh(ctx, db)
}
