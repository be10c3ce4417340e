package pagecache

import (
	"fmt"
	"testing"
	"time"
)

// fullShelf has room for about ten pages, all of which were asked for twice.
func fullShelf(until time.Time) *shelf {
	s := newShelf(10 * (overhead + 10))
	for n := range 10 {
		key := fmt.Sprint("/p/", n)
		for range 2 {
			s.get(key)
		}
		s.put(key, &page{until: until})
	}
	return &s
}

// Whoever walks through the whole site puts nobody's page away; a page that is asked for more than another takes its place.
func TestAWalkThroughTheSiteTakesNoPlaces(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := fullShelf(now.Add(time.Minute))
	for n := range 1000 {
		key := fmt.Sprint("/p/walked-", n)
		s.get(key)
		if s.takes(key, now) {
			t.Fatalf("page %d of the walk got a place", n)
		}
	}
	if s.get("/p/0") == nil || !s.takes("/p/1", now) {
		t.Error("a kept page has lost its place")
	}
	for range 3 {
		s.get("/p/new")
	}
	if !s.takes("/p/new", now) {
		t.Error("a page that was asked for three times gets no place")
	}
	s.put("/p/new", &page{until: now})
	if s.get("/p/new") == nil || s.size > s.limit {
		t.Errorf("the shelf holds %d of %d bytes", s.size, s.limit)
	}
}

func TestAPagePastItsTimeMakesWay(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := fullShelf(now)
	s.get("/p/new")
	if !s.takes("/p/new", now) {
		t.Error("pages that end are kept from those that begin")
	}
}

// Counters that many share never run over, and forget.
func TestTheSketchForgets(t *testing.T) {
	t.Parallel()
	s := newShelf(1).asked
	for range 300 {
		s.add("often")
	}
	if n := s.times("often"); n != 255 {
		t.Errorf("counted %d", n)
	}
	s.added = halveAfter - 1
	s.add("once")
	if n := s.times("often"); n != 127 {
		t.Errorf("counted %d after the halving", n)
	}
}
