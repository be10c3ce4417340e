package listing

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service lets sellers write cards and put them on sale.
type Service struct {
	db    pg.DB
	now   func() time.Time
	cards *catalog.Service
	media *media.Service
	desk  *moderation.Service
}

// New makes the service and teaches the desk the kinds of this package. pictures may be nil where
// none are uploaded.
func New(db pg.DB, now func() time.Time, cards *catalog.Service, pictures *media.Service, desk *moderation.Service) *Service {
	s := &Service{db: db, now: now, cards: cards, media: pictures, desk: desk}
	for _, kind := range s.kinds() {
		desk.Register(kind)
	}
	return s
}
