package pagecache

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const (
	// atOnce is how many questions for stamps are under way at a time; the visitors who come meanwhile are asked about
	// together in the next. On a quiet site nobody waits for anybody.
	atOnce = 2
	// askFor bounds one question. It is asked for many: the patience of one visitor does not end it.
	askFor = 5 * time.Second
)

// Stamps reads the stamps of many pages in one question. An answer is always begun after the visitor came, so it knows
// every change that was committed before.
type Stamps struct {
	db pg.DB

	mu      sync.Mutex
	running int
	next    *batch // gathers while others run; nil when nobody waits
}

// batch is one question, with the topics of all who wait for it; it is theirs to change until it is asked.
type batch struct {
	topics []string
	done   chan struct{} // closed when lines and err are there
	lines  map[string]int64
	err    error
}

// NewStamps reads the stamps of one database.
func NewStamps(db pg.DB) *Stamps { return &Stamps{db: db} }

// Of answers like Stamp.
func (s *Stamps) Of(ctx context.Context, topics []string) (sum int64, err error) {
	b := s.join(topics)
	select {
	case <-b.done:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	for _, t := range topics {
		sum += b.lines[t]
	}
	return sum, b.err
}

// join puts topics into the batch that starts next, at once when there is room.
func (s *Stamps) join(topics []string) *batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		s.next = &batch{done: make(chan struct{})}
	}
	b := s.next
	b.topics = append(b.topics, topics...)
	s.startNext()
	return b
}

// startNext lets the waiting batch begin where there is room.
func (s *Stamps) startNext() {
	if s.next == nil || s.running == atOnce {
		return
	}
	s.running++
	go s.ask(s.next)
	s.next = nil
}

// ask asks for everybody in a batch and lets the next begin.
func (s *Stamps) ask(b *batch) {
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	slices.Sort(b.topics)
	b.lines, b.err = selectLines(ctx, s.db, slices.Compact(b.topics))
	close(b.done)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	s.startNext()
}
