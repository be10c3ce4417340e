package postal

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Service chooses among the post's services and files orders with it, once for each number, however many programs and
// requests do so together.
type Service struct {
	db   *pgxpool.Pool
	post *Post
	now  func() time.Time
}

// New makes a Service that asks post and remembers in db.
func New(db *pgxpool.Pool, post *Post, now func() time.Time) *Service {
	return &Service{db: db, post: post, now: now}
}

// Post is the client underneath, for what needs no memory of ours: forms, statuses, tracking.
func (s *Service) Post() *Post { return s.post }

// Candidates lists every service of the post for an item: the chosen one first (Lost is ""), then the others that
// would do, by price, then those that will not. No error where nothing fits: then the first one has Lost set.
func (s *Service) Candidates(ctx context.Context, a Ask) ([]Candidate, error) {
	return nil, errNotConnected
}

// Create files an order. It may be called again with the same number, from anywhere and after any failure: the post
// gets it once, and everybody gets the same answer. A post that is away is errs.Unavailable; one that refuses gives
// a *Refusal.
func (s *Service) Create(ctx context.Context, o Order) (Filed, error) {
	return Filed{}, errNotConnected
}
