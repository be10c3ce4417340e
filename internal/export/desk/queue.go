package desk

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
)

// Piles of a desk's cases.
const (
	PileQueue   = "queue"   // open and taken
	PileLate    = "late"    // of these, past their term
	PileWaiting = "waiting" // for their sellers
	PileDone    = "done"
)

// Piles are all of them, in the order of the tabs.
var Piles = []string{PileQueue, PileLate, PileWaiting, PileDone}

// Query asks for a part of a desk's cases.
type Query struct {
	Pile    string // PileQueue when empty
	Country string // ISO 3166 alpha-2, "" for all
	Number  string // the subject's, "" for all
	After   string // Page.Next of the page before
	Size    int    // 0 for the usual
}

// place is where a page begins: the order of the queue is that of one moment, so the moment travels with it.
type place struct {
	Now  time.Time
	Late bool
	Risk int32 // as wide as its column: a made-up place that is not asks the database for nothing
	At   time.Time
	ID   int64
}

// List reads a page of a pile: the queue by lateness, risk and term, what is decided from the newest on.
func (s *Service) List(ctx context.Context, k Kind, q Query) (page paging.Page[Case], err error) {
	defer errs.Wrap(&err, "desk.List(%s)", k)
	after := place{Now: s.Now()}
	if _, err := paging.Decode(q.After, &after); err != nil {
		return page, err
	}
	size := paging.DefaultSize
	if q.Size > 0 {
		size = min(q.Size, paging.MaxSize)
	}
	list := listQueue
	if q.Pile == PileDone {
		list = listDone
	}
	rows, err := list(ctx, s.DB, k, q, after, size+1)
	if err != nil {
		return page, err
	}
	return paging.Cut(rows, size, func(c Case) any {
		at := place{Now: after.Now, Late: c.DueAt.Before(after.Now), Risk: int32(c.Risk), At: c.DueAt, ID: c.ID}
		if c.DecidedAt != nil {
			at.At = *c.DecidedAt
		}
		return at
	})
}

// Counts says how many cases lie in each pile of a desk; of the decided, those of the last 30 days.
func (s *Service) Counts(ctx context.Context, k Kind) (map[string]int, error) {
	c, err := countPiles(ctx, s.DB, k, s.Now())
	return map[string]int{PileQueue: c.Queue, PileLate: c.Late, PileWaiting: c.Waiting, PileDone: c.Done}, err
}

// Countries are the destinations that undecided cases of a desk name.
func (s *Service) Countries(ctx context.Context, k Kind) ([]string, error) {
	return listCountries(ctx, s.DB, k)
}

// Kept gives the papers of a case and its trail, each in the order in which they came.
func (s *Service) Kept(ctx context.Context, caseID int64) (papers []Document, trail []Event, err error) {
	defer errs.Wrap(&err, "desk.Kept(%d)", caseID)
	if papers, err = listPapers(ctx, s.DB, caseID); err != nil {
		return nil, nil, err
	}
	trail, err = listEvents(ctx, s.DB, caseID)
	return papers, trail, err
}
