package listing

// Handlers are the pages of a shop's goods.
type Handlers struct{ s *Service }

// NewHandlers makes the pages.
func NewHandlers(s *Service) *Handlers { return &Handlers{s: s} }
