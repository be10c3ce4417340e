package pagecache

import (
	"container/list"
	"hash/maphash"
	"time"
)

// shelf holds pages up to a number of bytes. While there is room every page gets a place. Later the one not asked for
// longest makes way, for one that is asked for more often than it: whoever walks through the whole site, as machines
// do, puts nobody's page away.
type shelf struct {
	limit, size int
	byKey       map[string]*list.Element
	order       *list.List // of *slot, the last asked for in front
	asked       sketch
}

type slot struct {
	key  string
	page *page
}

func newShelf(limit int) shelf {
	return shelf{limit: limit, byKey: map[string]*list.Element{}, order: list.New(), asked: sketch{seed: maphash.MakeSeed()}}
}

// get finds a page, and remembers that it was asked for.
func (s *shelf) get(key string) *page {
	s.asked.add(key)
	e := s.byKey[key]
	if e == nil {
		return nil
	}
	s.order.MoveToFront(e)
	return e.Value.(*slot).page //nolint:forcetypeassert // the list holds nothing else
}

// takes reports whether a page would get a place now: it has one, there is room for one like the others, or what would
// make way is past its time or asked for less.
func (s *shelf) takes(key string, now time.Time) bool {
	n := s.order.Len()
	if n == 0 || s.byKey[key] != nil || s.size+s.size/n <= s.limit {
		return true
	}
	last := s.order.Back().Value.(*slot) //nolint:forcetypeassert // as above
	return !now.Before(last.page.until) || s.asked.times(key) > s.asked.times(last.key)
}

func (s *shelf) put(key string, p *page) {
	s.drop(s.byKey[key])
	s.byKey[key] = s.order.PushFront(&slot{key, p})
	s.size += p.size() + len(key)
	s.trim()
}

// change lets fn alter a page and counts it anew; a page that has left meanwhile is only altered.
func (s *shelf) change(key string, p *page, fn func()) {
	before := p.size()
	fn()
	if e := s.byKey[key]; e != nil && e.Value.(*slot).page == p { //nolint:forcetypeassert // as above
		s.size += p.size() - before
		s.trim()
	}
}

func (s *shelf) trim() {
	for s.size > s.limit && s.order.Len() > 0 {
		s.drop(s.order.Back())
	}
}

func (s *shelf) drop(e *list.Element) {
	if e == nil {
		return
	}
	x := s.order.Remove(e).(*slot) //nolint:forcetypeassert // as above
	delete(s.byKey, x.key)
	s.size -= x.page.size() + len(x.key)
}

// sketch counts roughly how often each of many keys came lately, in a fixed memory: a key has two counters, which others
// may share, and the lower one tells. Now and then all are halved.
type sketch struct {
	seed   maphash.Seed
	counts [2][1 << 16]uint8
	added  int
}

// halveAfter so many keys; a counter that everybody shares stays far from its end.
const halveAfter = 1 << 20

func (s *sketch) add(key string) {
	a, b := s.places(key)
	for _, c := range [...]*uint8{a, b} {
		*c = min(*c, 254) + 1
	}
	if s.added++; s.added < halveAfter {
		return
	}
	s.added = 0
	for row := range s.counts {
		for i := range s.counts[row] {
			s.counts[row][i] /= 2
		}
	}
}

// times is how often a key came, or more.
func (s *sketch) times(key string) uint8 {
	a, b := s.places(key)
	return min(*a, *b)
}

func (s *sketch) places(key string) (a, b *uint8) {
	h := maphash.String(s.seed, key)
	const last = uint64(len(s.counts[0]) - 1)
	return &s.counts[0][h&last], &s.counts[1][h>>32&last]
}
