package catalog

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service shows the catalogue and lets sellers fill it.
type Service struct {
	db    pg.DB
	now   func() time.Time
	media *media.Service
	desk  *moderation.Service
	tree  treeCache
	// strips are by category.
	strips *pagecache.Memo[int64, *strip]
	stamps *pagecache.Stamps
	printing
	// BaseURL is where the buttons of letters lead.
	BaseURL string
	// Abroad, when set, says what may be sent to the visitor's country.
	Abroad destination.Judge
	// Routes, when set, makes what finds out where offers may be sent abroad; it is asked before a transaction.
	Routes func(ctx context.Context) (Router, error)
	// Wake, when set, asks in the transaction for a prompt DrainIndex (wiring enqueues a job);
	// without it the periodic drain does the work a little later.
	Wake func(ctx context.Context, tx pg.DB) error
}

// New makes the service and teaches the desk the kinds of this package. pictures may be nil where
// none are uploaded.
func New(db pg.DB, now func() time.Time, pictures *media.Service, desk *moderation.Service) *Service {
	s := &Service{db: db, now: now, media: pictures, desk: desk,
		strips: pagecache.NewMemo[int64, *strip](maxStrips, now), stamps: pagecache.NewStamps(db)}
	s.prints = pagecache.NewTogether(func(ctx context.Context, slugs []string) (map[string]printRow, error) {
		return selectPrints(ctx, db, slugs, s.thePress().form)
	})
	for _, kind := range s.kinds() {
		desk.Register(kind)
	}
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

func (s *Service) wake(ctx context.Context, tx pg.DB) error {
	if s.Wake == nil {
		return nil
	}
	return s.Wake(ctx, tx)
}
