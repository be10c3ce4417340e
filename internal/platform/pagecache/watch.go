package pagecache

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const (
	// maxNews is how many lines one look goes through. Where more may be new, as during a long import, the topics are asked for
	// one by one instead, which costs the same however many others there are.
	maxNews = 500
	// maxChanged bounds the memory of a watch, in topics.
	maxChanged = 10000
)

// Watch knows which topics have changed of late without asking for each of them: a look asks for the lines that came since
// the look before, whatever they speak of. On a site where little happens that is an empty answer, for all
// visitors and all topics together. A line belongs to the look that saw its transaction committed first, so none is
// missed, however long a transaction took. Its memory is of one cluster: a fact is good for a spell at most, also
// where a stand-by that had lost transactions took over.
type Watch struct {
	looks *Together[int, struct{}]

	mu      sync.Mutex
	known   *string          // the snapshot up to which every change is known; nil before the first look
	news    int64            // looks that found something so far
	changed map[string]int64 // topics by the last of them
	floor   int64            // up to this one it is forgotten which topics they found
}

// NewWatch follows one database.
func NewWatch(db pg.DB) *Watch {
	w := &Watch{changed: map[string]int64{}}
	w.looks = NewTogether(func(ctx context.Context, _ []int) (map[int]struct{}, error) {
		b := &pgx.Batch{}
		w.Queue(b)
		return nil, pg.Send(ctx, db, b)
	})
	return w
}

// Look learns of every change that was committed before it was called, together with others who look.
func (w *Watch) Look(ctx context.Context) error {
	_, err := w.looks.Of(ctx, 0)
	return err
}

// Queue is Look as a part of the caller's round trip: once the batch is sent, it has looked.
func (w *Watch) Queue(b *pgx.Batch) {
	w.mu.Lock()
	known := w.known
	w.mu.Unlock()
	b.Queue(selectNews, known, maxNews).QueryRow(func(row pgx.Row) error {
		var now string
		var lines int
		var topics []string
		if err := row.Scan(&now, &lines, &topics); err != nil {
			return err
		}
		w.learn(now, topics, lines == maxNews)
		return nil
	})
}

// selectNews gives the statement's own snapshot and the topics of the lines that are seen in it and were not in another.
// They are looked for from the newest back to the first that the other may have missed.
const selectNews = `
	select pg_current_snapshot()::text, count(*), coalesce(array_agg(x.topic) filter (where not pg_visible_in_snapshot(x.tx, $1::text::pg_snapshot)), '{}')
	from (
		select topic, tx from page_changes where tx >= pg_snapshot_xmin($1::text::pg_snapshot) order by tx desc limit $2
	) x`

// learn adds what one look found. Looks may end in another order than they began in: each tells all that changed between
// the snapshot it was given, up to which everything is known, and its own.
func (w *Watch) learn(now string, topics []string, more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known = &now
	if len(topics) == 0 && !more {
		return
	}
	w.news++
	if more || len(w.changed)+len(topics) > maxChanged {
		clear(w.changed)
		w.floor = w.news
		return
	}
	for _, t := range topics {
		w.changed[t] = w.news
	}
}

// Now is a moment to compare with later: all that was found up to the last look.
func (w *Watch) Now() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.news
}

// Same reports whether topics are known not to have changed since a moment; false means that they may have.
func (w *Watch) Same(since int64, topics []string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.news == since:
		return true
	case since < w.floor:
		return false
	}
	for _, t := range topics {
		if w.changed[t] > since {
			return false
		}
	}
	return true
}
