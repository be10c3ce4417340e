package search

import (
	"context"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// keeper remembers answers to queries without words, filters or a cursor: the first pages of categories, which are
// asked for most and cost most. It is a cache only; every copy of the program may have its own.
type keeper struct {
	keepFor time.Duration
	now     func() time.Time
	stamps  *pagecache.Stamps
	mu      sync.Mutex
	answers map[keptKey]*kept
}

type keptKey struct {
	kind     Kind
	category int64
	code     string
	lang     i18n.Lang
	sort     Sort
	limit    int
	country  string
	list     bool
}

type kept struct {
	mu     sync.Mutex // held while the answer is made, so that one request makes it and others wait
	res    Result
	at     time.Time
	change int64
}

const maxKept = 512

func newKeeper(db pg.DB, keepFor time.Duration, now func() time.Time) *keeper {
	return &keeper{keepFor: keepFor, now: now, stamps: pagecache.NewStamps(db), answers: map[keptKey]*kept{}}
}

func (p Params) keepable() bool {
	return p.Q == "" && p.After == "" && p.filters() == 0 && p.PriceMin == 0 && p.PriceMax == 0 && !p.Sent
}

// get gives the kept answer while it is true, and makes it otherwise. A Result is shared: nobody changes it.
// It is given the lines of what the answer may speak of, or nil for an answer that is not kept.
func (k *keeper) get(ctx context.Context, p Params, make func(pagecache.Lines) (Result, error)) (Result, error) {
	if k.keepFor == 0 || !p.keepable() {
		return make(nil)
	}
	e := k.entry(keptKey{p.Kind, p.CategoryID, p.Category, p.Lang, p.Sort, p.Limit, p.Country, p.List})
	e.mu.Lock()
	defer e.mu.Unlock()
	lines, err := k.stamps.Lines(ctx, TopicsOf(p.CategoryID))
	if err != nil {
		return Result{}, err
	}
	if !e.at.IsZero() && k.now().Sub(e.at) < k.keepFor && lines.Sum(e.res.Topics) == e.change {
		return e.res, nil
	}
	res, err := make(lines)
	if err == nil {
		e.res, e.at, e.change = res, k.now(), lines.Sum(res.Topics)
	}
	return res, err
}

// TopicsOf are the topics that an answer about a category may speak of, or about everything for 0. Which of them it does
// speak of is in Result.Topics.
func TopicsOf(category int64) []string {
	if category == 0 {
		return indexTopics
	}
	return append(shelfTopics(category), pagecache.Search)
}

// An answer speaks of documents and of the names in its filters.
var indexTopics = []string{pagecache.Tree, pagecache.Search}

func shelfTopics(category int64) []string {
	return []string{pagecache.Tree, pagecache.Shelves, pagecache.Shelf(category)}
}

// topics are what the answer speaks of: of its category alone, unless it found nothing there and went on elsewhere.
func (r *run) topics() []string {
	if r.p.CategoryID == 0 || r.p.Q != "" || r.res.Total == 0 {
		return indexTopics
	}
	return shelfTopics(r.p.CategoryID)
}

func (k *keeper) entry(key keptKey) *kept {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e := k.answers[key]; e != nil {
		return e
	}
	if len(k.answers) >= maxKept {
		for old := range k.answers {
			delete(k.answers, old)
			break
		}
	}
	e := &kept{}
	k.answers[key] = e
	return e
}
