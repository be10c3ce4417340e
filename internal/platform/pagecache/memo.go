package pagecache

import (
	"context"
	"sync"
	"time"
)

// Memo keeps what was worked out from the database for parts of pages, under the rule that pages are kept by: the
// stamp of its topics is compared before each use. Values are shared; nobody changes them.
type Memo[K comparable, V any] struct {
	max int // values kept
	now func() time.Time

	mu   sync.Mutex
	kept map[K]Fact[V]
}

// Fact is a value with the topics it speaks of and their stamp, read before the value was.
type Fact[V any] struct {
	Value  V
	Topics []string
	Stamp  int64
	until  time.Time
	seen   int64 // the moment of a watch at which it was true
}

// NewMemo keeps up to max values.
func NewMemo[K comparable, V any](max int, now func() time.Time) *Memo[K, V] {
	return &Memo[K, V]{max: max, now: now, kept: map[K]Fact[V]{}}
}

// Get gives the kept value while it is true, and makes it otherwise.
func (m *Memo[K, V]) Get(ctx context.Context, stamps *Stamps, key K, make func() (Fact[V], error)) (Fact[V], error) {
	if f, ok := m.find(key); ok {
		stamp, err := stamps.Of(ctx, f.Topics)
		if err != nil || stamp == f.Stamp {
			return f, err
		}
	}
	f, err := make()
	if err == nil {
		m.put(key, f)
	}
	return f, err
}

// GetWatched is Get for somebody whose watch has looked since the visitor came: while nothing is known to have changed,
// nothing is asked.
func (m *Memo[K, V]) GetWatched(ctx context.Context, w *Watch, stamps *Stamps, key K, make func() (Fact[V], error)) (Fact[V], error) {
	now := w.Now() // before all that is read
	f, ok := m.find(key)
	if ok && w.Same(f.seen, f.Topics) {
		return f, nil
	}
	f, err := m.Get(ctx, stamps, key, make)
	if err == nil {
		f.seen = now
		m.put(key, f)
	}
	return f, err
}

func (m *Memo[K, V]) find(key K) (Fact[V], bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.kept[key]
	return f, ok && m.now().Before(f.until)
}

// put keeps a value until the spell ends.
func (m *Memo[K, V]) put(key K, f Fact[V]) {
	f.until = m.now().Truncate(spell).Add(spell)
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, have := m.kept[key]; !have && len(m.kept) >= m.max {
		for old := range m.kept {
			delete(m.kept, old)
			break
		}
	}
	m.kept[key] = f
}
