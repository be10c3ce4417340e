package catalog

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service shows the catalogue.
type Service struct {
	db   pg.DB
	now  func() time.Time
	tree treeCache
	// strips are by category.
	strips *pagecache.Memo[int64, *strip]
	stamps *pagecache.Stamps
	watch  *pagecache.Watch
	printing
	// Abroad, when set, says what may be sent to the visitor's country.
	Abroad destination.Judge
	// Routes, when set, makes what finds out where offers may be sent abroad; it is asked before a transaction.
	Routes func(ctx context.Context) (Router, error)
	// Wake, when set, asks in the transaction for a prompt DrainIndex (wiring enqueues a job);
	// without it the periodic drain does the work a little later.
	Wake func(ctx context.Context, tx pg.DB) error
}

// New makes the service.
func New(db pg.DB, now func() time.Time) *Service {
	s := &Service{db: db, now: now, strips: pagecache.NewMemo[int64, *strip](maxStrips, now), stamps: pagecache.NewStamps(db),
		watch: pagecache.NewWatch(db)}
	s.prints = pagecache.NewTogether(func(ctx context.Context, slugs []string) (map[string]printRow, error) {
		b, found := &pgx.Batch{}, make(map[string]printRow, len(slugs))
		s.watch.Queue(b)
		queueFindPrints(b, slugs, s.thePress().form, found)
		return found, pg.Send(ctx, db, b)
	})
	return s
}

// Tree gives the categories as they are now, from memory unless something changed.
func (s *Service) Tree(ctx context.Context) (*Tree, error) {
	stamp, err := s.stamps.Of(ctx, treeTopics)
	if err != nil {
		return nil, err
	}
	return s.tree.shared(ctx, s.db, stamp, s.now())
}

// treeOf is Tree for whoever has asked for its topic already, among others.
func (s *Service) treeOf(ctx context.Context, lines pagecache.Lines) (*Tree, error) {
	return s.tree.shared(ctx, s.db, lines.Sum(treeTopics), s.now())
}

// someTree is the tree as it was lately, which is for finding out what to ask for.
func (s *Service) someTree(ctx context.Context) (*Tree, error) {
	if t := s.tree.tree.Load(); t != nil {
		return t, nil
	}
	return s.Tree(ctx)
}

// WakeIndex asks for a prompt round of the index within the caller's transaction.
func (s *Service) WakeIndex(ctx context.Context, tx pg.DB) error {
	if s.Wake == nil {
		return nil
	}
	return s.Wake(ctx, tx)
}
