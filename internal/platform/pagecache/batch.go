package pagecache

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const (
	// atOnce is how many questions of one kind are under way at a time; the visitors who come meanwhile are asked about
	// together in the next. On a quiet site nobody waits for anybody.
	atOnce = 2
	// askFor bounds one question. It is asked for many: the patience of one visitor does not end it.
	askFor = 5 * time.Second
)

// Together asks the database one question for many visitors: what is known of some keys. An answer is always begun after
// the visitor came, so it knows every change that was committed before.
type Together[K cmp.Ordered, V any] struct {
	ask func(ctx context.Context, keys []K) (map[K]V, error)

	mu      sync.Mutex
	running int
	next    *batch[K, V] // gathers while others run; nil when nobody waits
}

// batch is one question, with the keys of all who wait for it; it is theirs to change until it is asked.
type batch[K cmp.Ordered, V any] struct {
	keys  []K
	done  chan struct{} // closed when found and err are there
	found map[K]V
	err   error
}

// NewTogether asks by a function, which is given each key once and leaves out those that nothing is known of.
func NewTogether[K cmp.Ordered, V any](ask func(ctx context.Context, keys []K) (map[K]V, error)) *Together[K, V] {
	return &Together[K, V]{ask: ask}
}

// Of gives what is known of the keys, and of others; nobody changes it.
func (t *Together[K, V]) Of(ctx context.Context, keys ...K) (map[K]V, error) {
	b := t.join(keys)
	select {
	case <-b.done:
		return b.found, b.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// join puts keys into the batch that starts next, at once when there is room.
func (t *Together[K, V]) join(keys []K) *batch[K, V] {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next == nil {
		t.next = &batch[K, V]{done: make(chan struct{})}
	}
	b := t.next
	b.keys = append(b.keys, keys...)
	t.startNext()
	return b
}

// startNext lets the waiting batch begin where there is room.
func (t *Together[K, V]) startNext() {
	if t.next == nil || t.running == atOnce {
		return
	}
	t.running++
	go t.answer(t.next)
	t.next = nil
}

// answer asks for everybody in a batch and lets the next begin.
func (t *Together[K, V]) answer(b *batch[K, V]) {
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	slices.Sort(b.keys)
	b.found, b.err = t.ask(ctx, slices.Compact(b.keys))
	close(b.done)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running--
	t.startNext()
}

// Stamps reads the stamps of many pages in one question.
type Stamps struct{ lines *Together[string, int64] }

// NewStamps reads the stamps of one database.
func NewStamps(db pg.DB) *Stamps {
	return &Stamps{NewTogether(func(ctx context.Context, topics []string) (map[string]int64, error) {
		return selectLines(ctx, db, topics)
	})}
}

// Of answers like Stamp.
func (s *Stamps) Of(ctx context.Context, topics []string) (int64, error) {
	lines, err := s.Lines(ctx, topics)
	return lines.Sum(topics), err
}

// Lines are the stamps of single topics as they were at one moment. Nobody changes them.
type Lines map[string]int64

// Lines is Of for whoever learns only later which of the topics a page speaks of.
func (s *Stamps) Lines(ctx context.Context, topics []string) (Lines, error) {
	return s.lines.Of(ctx, topics...)
}

// Sum is the stamp of some of the topics that were asked for.
func (l Lines) Sum(topics []string) (sum int64) {
	for _, t := range topics {
		sum += l[t]
	}
	return sum
}
