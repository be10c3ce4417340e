package desk

import (
	"context"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// statsOver is how far back the figures of a desk look, and statsFor how long they are good.
const (
	statsOver = 30 * 24 * time.Hour
	statsFor  = 5 * time.Minute
)

// Stats are what a desk shows of itself over 30 days.
type Stats struct {
	Subjects int // goods and parcels that the rules were asked about
	Cases    int // of these, those that came to the desk
	Decided  int // cases with a verdict
	// How long the decided took from opening to verdict, the time their sellers were asked included.
	Median, P95 time.Duration
}

// Automatic is the share that rules cleared without the desk, in tenths of a per cent. ok is false without any subject.
func (s Stats) Automatic() (promille int, ok bool) {
	if s.Subjects == 0 {
		return 0, false
	}
	return max(0, (s.Subjects-s.Cases)*1000/s.Subjects), true
}

// statsKept keeps the figures of each desk for a while: they read a month of decisions.
type statsKept struct {
	mu   sync.Mutex
	at   map[Kind]time.Time
	have map[Kind]Stats
}

// Stats counts, at most every few minutes.
func (s *Service) Stats(ctx context.Context, k Kind) (_ Stats, err error) {
	defer errs.Wrap(&err, "desk.Stats(%s)", k)
	now := s.Now()
	s.kept.mu.Lock()
	have, fresh := s.kept.have[k], now.Sub(s.kept.at[k]) < statsFor
	s.kept.mu.Unlock()
	if fresh {
		return have, nil
	}
	have, err = countStats(ctx, s.DB, k, now.Add(-statsOver))
	if err != nil {
		return have, err
	}
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	s.kept.at[k], s.kept.have[k] = now, have
	return have, nil
}
