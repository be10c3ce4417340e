package postal

import (
	"context"
	"sync"
	"time"
)

// memo keeps at most about 2×size answers for a time, in two generations: when the young one is full it becomes the
// old one, and the old one is dropped. An answer that is being asked for is asked for once, however many wait for it.
type memo[K comparable, V any] struct {
	mu         sync.Mutex
	size       int
	keep       time.Duration
	young, old map[K]kept[V]
	flights    map[K]*flight[V]
}

type kept[V any] struct {
	value V
	until time.Time
}

type flight[V any] struct {
	done  chan struct{}
	value V
	err   error
}

func newMemo[K comparable, V any](size int, keep time.Duration) *memo[K, V] {
	return &memo[K, V]{size: size, keep: keep, young: map[K]kept[V]{}, flights: map[K]*flight[V]{}}
}

func (m *memo[K, V]) get(key K, now time.Time) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.young[key]
	if !ok {
		k, ok = m.old[key]
	}
	if !ok || !now.Before(k.until) {
		var none V
		return none, false
	}
	return k.value, true
}

func (m *memo[K, V]) put(key K, value V, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.young) >= m.size {
		m.young, m.old = map[K]kept[V]{}, m.young
	}
	m.young[key] = kept[V]{value, now.Add(m.keep)}
}

func (m *memo[K, V]) len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.young) + len(m.old)
}

// once runs ask for a key, or waits for the one who runs it already. ask goes on when the first who wanted it has
// left, for at most the time given: others may wait, and the answer is kept.
func (m *memo[K, V]) once(ctx context.Context, key K, within time.Duration, ask func(context.Context) (V, error)) (V, error) {
	m.mu.Lock()
	f, running := m.flights[key]
	if !running {
		f = &flight[V]{done: make(chan struct{})}
		m.flights[key] = f
		go m.fly(context.WithoutCancel(ctx), key, within, f, ask)
	}
	m.mu.Unlock()
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

func (m *memo[K, V]) fly(ctx context.Context, key K, within time.Duration, f *flight[V], ask func(context.Context) (V, error)) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	f.value, f.err = ask(ctx)
	m.mu.Lock()
	delete(m.flights, key)
	m.mu.Unlock()
	close(f.done)
}
