package hs

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Service suggests and checks codes.
type Service struct {
	db  *pgxpool.Pool
	now func() time.Time
	// Confirmed tells what codes other sellers have confirmed for things like this one; nil is nobody.
	Confirmed func(ctx context.Context, t Thing) ([]Vote, error)
}

// New makes the service.
func New(db *pgxpool.Pool, now func() time.Time) *Service { return &Service{db: db, now: now} }
