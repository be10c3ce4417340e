package curation

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service lets staff keep the catalogue in order.
type Service struct {
	db    pg.DB
	now   func() time.Time
	cards *catalog.Service
	// BaseURL is where the buttons of letters lead.
	BaseURL string
}

// New makes the service.
func New(db pg.DB, now func() time.Time, cards *catalog.Service) *Service {
	return &Service{db: db, now: now, cards: cards}
}

// Handlers are the catalogue's pages at the desk.
type Handlers struct{ s *Service }

// NewHandlers makes the pages.
func NewHandlers(s *Service) *Handlers { return &Handlers{s: s} }
