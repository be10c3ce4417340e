package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Deps is what the desks stand on.
type Deps struct {
	DB      *pgxpool.Pool
	Now     func() time.Time
	BaseURL string
	Media   *media.Service
	Limiter *limit.Limiter
	// Contracts are what currency control counts; an accepted contract is written down there.
	Contracts *contract.Service
	// Tables are the figures in force on a day: the terms of the desks, the bands of currency control, the customs
	// officer's reasons to refuse.
	Tables func(ctx context.Context, day time.Time) (clearance.Tables, error)
}

// Service keeps the cases of the three desks.
type Service struct {
	Deps
	// OnDecided, when set, runs in the transaction of every verdict and of every question to a seller. An error of it
	// takes the verdict back.
	OnDecided func(ctx context.Context, tx pgx.Tx, d Decided) error

	kept statsKept
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{Deps: d, kept: statsKept{at: map[Kind]time.Time{}, have: map[Kind]Stats{}}}
}

// Open puts an exception on its desk within the caller's transaction. While a case about the same subject is undecided
// there, that one is meant: what is known of it is brought up to date, and its id is the answer. The caller must work as
// the owner of the tables, not inside pg.AsSeller.
func (s *Service) Open(ctx context.Context, tx pg.DB, c Case) (id int64, err error) {
	defer errs.Wrap(&err, "desk.Open(%s %s %s)", c.Kind, c.Subject, c.SubjectNumber)
	if !c.Kind.Valid() || !slices.Contains(subjects, c.Subject) || c.SubjectNumber == "" || c.SellerID == 0 {
		return 0, fmt.Errorf("a case needs a desk, a subject and a seller")
	}
	now := s.Now()
	term, err := s.term(ctx, c.Kind, now)
	if err != nil {
		return 0, err
	}
	if c.Risk == 0 {
		c.Risk = riskOf(c.Findings)
	}
	c.Risk = min(100, max(0, c.Risk))
	if c.Findings == nil {
		c.Findings = []clearance.Finding{}
	}
	if len(c.Facts) == 0 {
		c.Facts = json.RawMessage(`{}`)
	}
	c.OpenedAt, c.DueAt = now, now.Add(term)
	id, act, err := openCase(ctx, tx, c)
	if err != nil || act == "" {
		return id, err
	}
	c.ID = id
	return id, insertEvent(ctx, tx, event{CaseID: id, SellerID: c.SellerID, Actor: byProgram, Act: act, At: now,
		Detail: map[string]any{"risk": c.Risk, "findings": c.Findings}})
}

// riskOf weighs a case whose opener did not: what would be refused most, what nobody is sure of more than what is known.
func riskOf(findings []clearance.Finding) int {
	risk := 10
	for _, f := range findings {
		switch {
		case f.Outcome == clearance.Refused || f.Would == clearance.Refused:
			risk += 45
		case f.Outcome != clearance.Pass && f.Status == clearance.Hypothesis:
			risk += 20
		case f.Outcome != clearance.Pass:
			risk += 15
		}
	}
	return risk
}
